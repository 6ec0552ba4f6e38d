package io.gatehouse.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.front.Connections.Place;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose connections count together. */
class ConnectionsTests {

    private static final int MOST_PER_ADDRESS = 2;

    private final Connections connections = new Connections(new FrontSettings(
            10, 10, 10, MOST_PER_ADDRESS, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, null));

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 192.0.2.2",
        "2001:db8::1, 2001:db8::ffff:1, 2001:db8:0:1::1",
        "192.0.2.1, ::ffff:192.0.2.1, ::ffff:192.0.2.2"
    })
    void admitWhenANetworkHasAsManyAsItMayThenAnotherIsTakenInAndItAgainOnceOneHasLeft(
            String address, String sameNetwork, String otherNetwork) {
        assertThat(admit(address)).isPresent();
        Place place = admit(sameNetwork).orElseThrow();

        assertThat(admit(address)).isEmpty();
        assertThat(admit(sameNetwork)).isEmpty();
        assertThat(admit(otherNetwork)).isPresent();
        assertThat(connections.refused()).isEqualTo(2);

        place.free();
        assertThat(admit(address)).isPresent();
    }

    @Test
    void admitWhenTooManyHaveNotShownWhatTheyAreThenTheirNetworkKeepsNoPlace() {
        List<Place> others = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            others.add(admit("192.0.2." + i).orElseThrow());
        }
        for (int i = 0; i < MOST_PER_ADDRESS; i++) {
            assertThat(admit("192.0.2.100")).isEmpty();
        }

        others.get(0).free();

        assertThat(admit("192.0.2.100")).isPresent();
    }

    private Optional<Place> admit(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return connections.admit(Objects.requireNonNull(parsed));
    }
}
