package io.gatehouse.port;

import io.gatehouse.port.Connections.Closing;
import io.gatehouse.port.Connections.Place;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes a connection over which no valid token has come when nothing is asked over it for too long. Over HTTP/2 a GOAWAY comes first. Runs
 * on the connection's own thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a channel that cannot be closed has its own handlers told
final class StrangerTimeout {

    private final Channel channel;
    private final Place place;
    private final Duration most;
    private @Nullable Future<?> nextLook;

    private StrangerTimeout(Channel channel, Place place, Duration most) {
        this.channel = channel;
        this.place = place;
        this.most = most;
    }

    static void watch(Channel channel, Place place, Duration most) {
        if (!place.isKnown()) {
            var timeout = new StrangerTimeout(channel, place, most);
            timeout.lookIn(most);
            channel.closeFuture().addListener(closed -> timeout.cancel());
        }
    }

    private void look() {
        if (place.isKnown()) {
            return;
        }
        Duration left = most.minus(place.idle());
        if (left.isNegative() || left.isZero()) {
            place.closing(Closing.IDLE);
            channel.close();
        } else {
            lookIn(left);
        }
    }

    private void lookIn(Duration time) {
        nextLook = channel.eventLoop().schedule(this::look, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancel() {
        if (nextLook != null) {
            nextLook.cancel(false);
        }
    }
}
