package io.gatehouse.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressesTests {

    private static final String PROXY = "10.0.0.1";
    private static final String CLIENT = "192.0.2.1";

    private final ClientAddresses addresses =
            new ClientAddresses(new ProxySettings(List.of("10.0.0.0/8", "2001:db8:f::/48", "203.0.113.7")));

    @Test
    void ofWhenNoProxyIsTrustedThenIsTheSockets() {
        var none = new ClientAddresses(new ProxySettings(List.of()));

        assertThat(none.of(PROXY, List.of(CLIENT))).isEqualTo(PROXY);
        assertThat(none.of("[0:0:0:0:0:0:0:1]", List.of(CLIENT))).isEqualTo("::1");
    }

    @Test
    void ofWhenAnotherThanAProxySaysSoThenIsTheSockets() {
        assertThat(addresses.of("203.0.113.8", List.of(CLIENT))).isEqualTo("203.0.113.8");
        assertThat(addresses.of("2001:db8:e::1", List.of(CLIENT))).isEqualTo("2001:db8:e::1");
        assertThat(addresses.of("not an address", List.of(CLIENT))).isEqualTo("not an address");
    }

    @Test
    void ofWhenProxySaysSoThenIsTheOneItNames() {
        assertThat(addresses.of(PROXY, List.of(CLIENT))).isEqualTo(CLIENT);
        assertThat(addresses.of("[2001:db8:f:0:0:0:0:1]", List.of(CLIENT))).isEqualTo(CLIENT);
        assertThat(addresses.of("::ffff:10.0.0.1", List.of(CLIENT))).isEqualTo(CLIENT);
        assertThat(addresses.of("203.0.113.7", List.of("2001:DB8:0:0::1"))).isEqualTo("2001:db8::1");
    }

    @Test
    void ofWhenProxySaysNothingThenIsTheSockets() {
        assertThat(addresses.of(PROXY, List.of())).isEqualTo(PROXY);
        assertThat(addresses.of(PROXY, List.of("", " , ,"))).isEqualTo(PROXY);
    }

    @Test
    void ofWhenClientWroteSomeItselfThenOnlyWhatProxiesAddedCounts() {
        assertThat(addresses.of(PROXY, List.of("198.51.100.1, " + CLIENT + ", 10.9.9.9,203.0.113.7")))
                .isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, List.of("garbage, " + CLIENT))).isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, List.of("198.51.100.1", CLIENT, "10.9.9.9")))
                .isEqualTo(CLIENT);
    }

    @Test
    void ofWhenAllAreProxiesThenIsTheFurthest() {
        assertThat(addresses.of(PROXY, List.of("10.3.3.3, 10.2.2.2"))).isEqualTo("10.3.3.3");
    }

    @Test
    void ofWhenPortsAreAddedThenTheyAreLeftOut() {
        assertThat(addresses.of(PROXY, List.of(CLIENT + ":51234"))).isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, List.of("[2001:db8::2]:51234"))).isEqualTo("2001:db8::2");
        assertThat(addresses.of(PROXY, List.of("[2001:db8::2]"))).isEqualTo("2001:db8::2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "unknown",
                "_hidden",
                "192.0.2",
                "192.0.2.256",
                "192.0.2.1:port",
                "192.0.2.1:123456",
                "client.example",
                "[2001:db8::2",
                "[2001:db8::2]]",
                "2001:db8::2]:1",
                "1:2:3:4:5:6:7:8:9",
                "192.0.2.1;192.0.2.2",
                "192.0.2.1\n192.0.2.2"
            })
    void ofWhenProxyAddedNoAddressThenIsTheSockets(String malformed) {
        assertThat(addresses.of(PROXY, List.of(malformed))).isEqualTo(PROXY);
        assertThat(addresses.of(PROXY, List.of("192.0.2.9," + malformed + ",10.2.2.2")))
                .isEqualTo(PROXY);
    }

    @Test
    void ofWhenThereAreTooManyProxiesThenIsTheSockets() {
        assertThat(addresses.of(PROXY, List.of(CLIENT + ",10.2.2.2".repeat(15))))
                .isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, List.of(CLIENT + ",10.2.2.2".repeat(16))))
                .isEqualTo(PROXY);
        assertThat(addresses.of(PROXY, List.of("10.4.4.4" + ",10.2.2.2".repeat(15))))
                .isEqualTo("10.4.4.4");
    }

    @Test
    void ofWhenClientWroteVeryMuchThenOnlyTheEndCounts() {
        assertThat(addresses.of(PROXY, List.of("10.2.2.2,".repeat(2000) + CLIENT)))
                .isEqualTo(CLIENT);
        assertThat(addresses.of(PROXY, Collections.nCopies(2000, ","))).isEqualTo(PROXY);
    }

    @Test
    void settingsWhenTheyHoldNetworksThenTheyAreGood() {
        assertThat(new ProxySettings(List.of("192.0.2.1", " 10.0.0.0/8", "0.0.0.0/0", "::1", "2001:db8::/128"))
                        .isOfNetworks())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "proxy.example",
                "10.0.0",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/",
                "10.0.0.0/8/8",
                "2001:db8::/129",
                "*",
                "10.0.0.1-10.0.0.9"
            })
    void settingsWhenTheyHoldSomethingElseThenTheyAreNotGood(String text) {
        assertThat(new ProxySettings(List.of("192.0.2.1", text)).isOfNetworks()).isFalse();
    }
}
