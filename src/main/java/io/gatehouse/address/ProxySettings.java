package io.gatehouse.address;

import io.netty.util.NetUtil;
import jakarta.validation.constraints.AssertTrue;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.security.util.matcher.InetAddressMatcher;
import org.springframework.security.util.matcher.InetAddressMatchers;
import org.springframework.validation.annotation.Validated;

/**
 * Which proxies may say whom they speak for.
 *
 * @param trustedProxies proxies whose {@code X-Forwarded-For} is trusted: addresses and networks, such as {@code 10.0.0.0/8}
 */
@Validated
@ConfigurationProperties("gatehouse")
public record ProxySettings(@DefaultValue List<String> trustedProxies) {

    private static final Pattern PREFIX = Pattern.compile("(/[0-9]{1,3})?");

    public ProxySettings {
        trustedProxies = trustedProxies.stream().map(String::strip).toList();
    }

    @AssertTrue(
            message =
                    "gatehouse.trusted-proxies must hold IP addresses and networks, such as 192.0.2.1 and 2001:db8::/32")
    boolean isOfNetworks() {
        return trustedProxies.stream().allMatch(ProxySettings::isNetwork);
    }

    List<InetAddressMatcher> networks() {
        return trustedProxies.stream().map(InetAddressMatchers::fromIpAddress).toList();
    }

    /** Stricter than Spring Security, to which {@code 10.0.0} is an address and {@code /-1} a mask. */
    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        String prefix = slash < 0 ? "" : text.substring(slash);
        if (NetUtil.createByteArrayFromIpAddressString(address) == null
                || !PREFIX.matcher(prefix).matches()) {
            return false;
        }
        try {
            InetAddressMatchers.fromIpAddress(text);
            return true;
        } catch (IllegalArgumentException e) {
            // A mask longer than the address
            return false;
        }
    }
}
