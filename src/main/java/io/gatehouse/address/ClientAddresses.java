package io.gatehouse.address;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.security.util.matcher.InetAddressMatcher;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;

/**
 * Where a request comes from, for every face alike: the socket's address, unless that is a trusted proxy's. Then {@code
 * X-Forwarded-For} is read from its end, where each proxy adds whom it got the request from, up to the first address that is no
 * trusted proxy's: whatever stands before it, the client may have written itself.
 *
 * <p>No other header says anything about a client: not {@code Forwarded}, not {@code X-Real-IP}, not the protocol or the host.
 */
@Component
public class ClientAddresses {

    /** The header's name, in gRPC's metadata too. */
    public static final String FORWARDED_FOR = "x-forwarded-for";

    /** More proxies in a row than this are a mistake, or somebody's joke. */
    private static final int MOST_HOPS = 16;

    /** Some proxies add the port that they got the request from. */
    private static final Pattern WITH_PORT = Pattern.compile("(?:\\[([^\\[\\]]+)]|([0-9.]+))(?::[0-9]{1,5})?");

    private final List<InetAddressMatcher> trusted;

    public ClientAddresses(ProxySettings settings) {
        trusted = settings.networks();
    }

    /**
     * The client's address, an IPv6 address as in RFC 5952.
     *
     * @param socketAddress the address that the connection comes from
     * @param forwardedFor the values of all header fields {@code X-Forwarded-For}, as they came
     */
    public String of(String socketAddress, Iterable<String> forwardedFor) {
        Optional<InetAddress> peer = parse(socketAddress);
        String socket = peer.map(NetUtil::toAddressString).orElse(socketAddress);
        if (peer.isEmpty() || !isTrusted(peer.get())) {
            return socket;
        }
        List<String> hops = fromTheEnd(forwardedFor);
        String furthest = socket;
        for (String hop : hops.subList(0, Math.min(hops.size(), MOST_HOPS))) {
            Optional<InetAddress> address = parse(hop);
            if (address.isEmpty()) {
                return socket;
            }
            furthest = NetUtil.toAddressString(address.get());
            if (!isTrusted(address.get())) {
                return furthest;
            }
        }
        return hops.size() > MOST_HOPS ? socket : furthest;
    }

    /** Whether an address is one of {@code gatehouse.trusted-proxies}. */
    public boolean isTrusted(InetAddress address) {
        return trusted.stream().anyMatch(network -> network.matches(address));
    }

    private static List<String> fromTheEnd(Iterable<String> fields) {
        List<String> hops = new ArrayList<>();
        for (String field : fields) {
            hops.addAll(List.of(StringUtils.tokenizeToStringArray(field, ",")));
        }
        Collections.reverse(hops);
        return hops;
    }

    private static Optional<InetAddress> parse(String text) {
        Matcher withPort = WITH_PORT.matcher(text);
        String address = !withPort.matches() ? text : withPort.group(1) == null ? withPort.group(2) : withPort.group(1);
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}
