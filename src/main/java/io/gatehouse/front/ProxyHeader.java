package io.gatehouse.front;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;

/**
 * Tells the servlet container who its client is: version 2 of the PROXY protocol (HAProxy, "The PROXY protocol", section 2.2). The
 * container reads one such header on each connection and no other, so none that a client sends has any effect.
 */
final class ProxyHeader {

    private static final byte[] SIGNATURE = {0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};
    private static final int VERSION_2_PROXIED = 0x21;
    private static final int TCP_OVER_IPV4 = 0x11;
    private static final int TCP_OVER_IPV6 = 0x21;
    private static final int PORTS = 4;

    private ProxyHeader() {}

    /** The header for a client's connection. */
    static ByteBuf of(Channel client) {
        var source = (InetSocketAddress) client.remoteAddress();
        var destination = (InetSocketAddress) client.localAddress();
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        return client.alloc()
                .buffer()
                .writeBytes(SIGNATURE)
                .writeByte(VERSION_2_PROXIED)
                .writeByte(from.length == 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .writeShort(from.length + to.length + PORTS)
                .writeBytes(from)
                .writeBytes(to)
                .writeShort(source.getPort())
                .writeShort(destination.getPort());
    }
}
