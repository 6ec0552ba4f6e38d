package io.gatehouse.port;

import io.gatehouse.port.Connections.Place;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2Stream;

/** Tells whether an HTTP/2 connection has a call under way. */
final class CallsUnderWay extends Http2ConnectionAdapter {

    private final Http2Connection connection;
    private final Place place;

    CallsUnderWay(Http2Connection connection, Place place) {
        this.connection = connection;
        this.place = place;
    }

    @Override
    public void onStreamActive(Http2Stream stream) {
        place.isBusy(true);
    }

    @Override
    public void onStreamClosed(Http2Stream stream) {
        if (connection.numActiveStreams() == 0) {
            place.isBusy(false);
        }
    }
}
