package io.gatehouse.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Whom the addresses of a client belong to: an IPv4 address is one client's; of IPv6 the first 64 bits are, for whoever has one
 * address of a network has all 2<sup>64</sup> of them (RFC 4291, 2.5.1).
 */
public final class Network {

    private static final int IPV6_BYTES = 16;
    private static final int NETWORK_BYTES = 8;

    private Network() {}

    /** The name of the network that an address belongs to; a text that is no address stands for itself. */
    public static String of(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        // An IPv4 address written in IPv6's form becomes four bytes here
        return bytes == null ? address : of(addressOf(bytes));
    }

    /** The name of the network that an address belongs to. */
    public static String of(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length < IPV6_BYTES) {
            return address.getHostAddress();
        }
        Arrays.fill(bytes, NETWORK_BYTES, IPV6_BYTES, (byte) 0);
        return NetUtil.toAddressString(addressOf(bytes)) + "/64";
    }

    private static InetAddress addressOf(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}
