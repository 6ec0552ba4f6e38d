package io.gatehouse.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

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
    private static final int ID_FIELD = Byte.BYTES + Short.BYTES + Long.BYTES;

    /** The connection's own number, for who wants to know it again (section 2.2.5). */
    static final int UNIQUE_ID = 0x05;

    private static final int SSL = 0x20;
    private static final int SSL_CIPHER = 0x23;
    private static final int CLIENT_SSL = 0x01;
    private static final int CLIENT_CERTIFICATE = 0x02 | 0x04;
    private static final int VERIFIED = 0;
    private static final int NOT_VERIFIED = 1;

    /** Of our own, in the range that the protocol leaves to its users: the client's certificate, in DER form. */
    static final int CERTIFICATE = 0xE0;

    /** What the container may have to read; it has a buffer of 8 KiB. */
    static final int LONGEST = 8000;

    private static final int LONGEST_CERTIFICATE = LONGEST - 1000;

    private ProxyHeader() {}

    /**
     * The header for a client's connection.
     *
     * @param id the connection's own number
     * @param session the TLS session; null without TLS
     */
    static ByteBuf of(Channel client, long id, @Nullable SSLSession session) {
        var source = (InetSocketAddress) client.remoteAddress();
        var destination = (InetSocketAddress) client.localAddress();
        byte[] from = source.getAddress().getAddress();
        byte[] to = destination.getAddress().getAddress();
        byte[] tls = session == null ? new byte[0] : tls(session);
        return client.alloc()
                .buffer()
                .writeBytes(SIGNATURE)
                .writeByte(VERSION_2_PROXIED)
                .writeByte(from.length == 4 ? TCP_OVER_IPV4 : TCP_OVER_IPV6)
                .writeShort(from.length + to.length + PORTS + ID_FIELD + tls.length)
                .writeBytes(from)
                .writeBytes(to)
                .writeShort(source.getPort())
                .writeShort(destination.getPort())
                .writeByte(UNIQUE_ID)
                .writeShort(Long.BYTES)
                .writeLong(id)
                .writeBytes(tls);
    }

    /** The fields about TLS (section 2.2.6). */
    private static byte[] tls(SSLSession session) {
        byte[] cipher = session.getCipherSuite().getBytes(StandardCharsets.US_ASCII);
        Optional<byte[]> certificate = certificate(session);
        ByteBuffer fields = ByteBuffer.allocate(LONGEST);
        fields.put((byte) SSL);
        fields.putShort((short) (Byte.BYTES + Integer.BYTES + Byte.BYTES + Short.BYTES + cipher.length));
        fields.put((byte) (certificate.isPresent() ? CLIENT_SSL | CLIENT_CERTIFICATE : CLIENT_SSL));
        fields.putInt(certificate.isPresent() ? VERIFIED : NOT_VERIFIED);
        fields.put((byte) SSL_CIPHER).putShort((short) cipher.length).put(cipher);
        certificate
                .filter(encoded -> encoded.length <= LONGEST_CERTIFICATE)
                .ifPresent(encoded -> fields.put((byte) CERTIFICATE)
                        .putShort((short) encoded.length)
                        .put(encoded));
        return Arrays.copyOf(fields.array(), fields.position());
    }

    private static Optional<byte[]> certificate(SSLSession session) {
        try {
            return Optional.of(session.getPeerCertificates()[0].getEncoded());
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }
}
