package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.port.Connections.Closing;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which clients send too many frames, and which do not. */
class FrameLimitTests {

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int WINDOW_UPDATE = 8;

    private final Connections connections = new Connections(
            new PortSettings(
                    1, 1, 1, 1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, null),
            any -> false);

    private final EmbeddedChannel channel = new EmbeddedChannel(new FrameLimit(
            connections.admit(InetAddress.getLoopbackAddress(), () -> {}).orElseThrow()));

    @BeforeEach
    void begin() {
        receive(Unpooled.copiedBuffer(PREFACE, StandardCharsets.US_ASCII));
    }

    @AfterEach
    void end() {
        channel.finishAndReleaseAll();
    }

    @Test
    void framesWhenThereAreTooManyThenTheLastWordsAreAGoAwayAndNothingIsPassedOn() {
        receiveMany(FrameLimit.SILENT_BUDGET, SETTINGS, 0);
        assertThat(isEnded()).isFalse();

        receiveMany(500, SETTINGS, 0);

        assertThat(isEnded()).isTrue();
        Object passedOn = channel.readInbound();
        assertThat(passedOn).isNull();
        ByteBuf words = channel.readOutbound();
        assertThat(words.toString(StandardCharsets.US_ASCII)).endsWith("too many frames that belong to no call");
        words.release();
        assertThat(connections.closed(Closing.FLOOD)).isOne();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 9, 10, 4096})
    void framesWhenTheyComeInPiecesThenAreCountedAllTheSame(int piece) {
        ByteBuf frames = Unpooled.buffer();
        for (int i = 0; i < FrameLimit.SILENT_BUDGET + 200; i++) {
            frames.writeBytes(frame(PING, 8));
        }

        while (frames.isReadable()) {
            receive(frames.readBytes(Math.min(piece, frames.readableBytes())));
        }

        assertThat(isEnded()).isTrue();
    }

    @Test
    void callsWhenEachHasUpdatesAndPingsThenMayGoOnForEver() {
        for (int i = 0; i < 10_000; i++) {
            receive(frame(HEADERS, 40));
            receiveMany(3, DATA, 10);
            receiveMany(8, WINDOW_UPDATE, 4);
            receiveMany(2, PING, 8);
        }

        assertThat(isEnded()).isFalse();
    }

    @Test
    void dataWhenALotIsSentThenMayBeAcknowledgedLater() {
        receive(frame(HEADERS, 40));
        for (int i = 0; i < 4096; i++) {
            channel.writeOutbound(Unpooled.wrappedBuffer(new byte[16_384]));
            channel.releaseOutbound();
        }

        receiveMany(2 * 4096, WINDOW_UPDATE, 4);

        assertThat(isEnded()).isFalse();
    }

    @Test
    void dataWhenALotIsReceivedThenIsNoFlood() {
        receive(frame(HEADERS, 40));

        receiveMany(20_000, DATA, 1000);

        assertThat(isEnded()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void dataWhenItIsAlmostNothingThenIsAFlood(int length) {
        receive(frame(HEADERS, 40));

        receiveMany(2 * FrameLimit.SILENT_BUDGET, DATA, length);

        assertThat(isEnded()).isTrue();
    }

    @Test
    void acknowledgementsWhenTheyAreSentThenPayForNoFlood() {
        for (int i = 0; i < 2 * FrameLimit.SILENT_BUDGET; i++) {
            receive(frame(SETTINGS, 0));
            if (!isEnded()) {
                channel.writeOutbound(frame(SETTINGS, 0));
                channel.releaseOutbound();
            }
        }

        assertThat(isEnded()).isTrue();
    }

    private boolean isEnded() {
        return connections.closed(Closing.FLOOD) > 0;
    }

    private void receiveMany(int count, int type, int length) {
        for (int i = 0; i < count; i++) {
            receive(frame(type, length));
        }
    }

    private void receive(ByteBuf bytes) {
        if (isEnded()) {
            bytes.release();
            return;
        }
        channel.writeInbound(bytes);
        if (!isEnded()) {
            channel.releaseInbound();
        }
    }

    private static ByteBuf frame(int type, int length) {
        return Unpooled.buffer()
                .writeMedium(length)
                .writeByte(type)
                .writeByte(0)
                .writeInt(1)
                .writeZero(length);
    }
}
