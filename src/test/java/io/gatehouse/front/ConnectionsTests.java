package io.gatehouse.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.front.Connections.Place;
import io.gatehouse.front.Connections.Use;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whose connections count together, and as what. */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionsTests {

    private static final int MOST_OF_A_USE = 10;
    private static final int MOST_PER_ADDRESS = 2;

    private final Connections connections = new Connections(new FrontSettings(
            MOST_OF_A_USE,
            MOST_OF_A_USE,
            MOST_OF_A_USE,
            MOST_PER_ADDRESS,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            null));

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
        for (int i = 0; i < MOST_OF_A_USE; i++) {
            others.add(admit("192.0.2." + i).orElseThrow());
        }
        for (int i = 0; i < MOST_PER_ADDRESS; i++) {
            assertThat(admit("192.0.2.100")).isEmpty();
        }

        others.get(0).free();

        assertThat(admit("192.0.2.100")).isPresent();
    }

    @Test
    void becomeWhenThereIsRoomThenIsCountedAsThatAlone() {
        Place place = admit("192.0.2.1").orElseThrow();

        assertThat(place.become(Use.HTTP)).isTrue();

        assertThat(connections.count(Use.UNDECIDED)).isZero();
        assertThat(connections.count(Use.HTTP)).isOne();
        place.free();
        assertThat(connections.count(Use.HTTP)).isZero();
    }

    @Test
    void becomeWhenThereAreTooManyThenStaysWhatItWas() {
        for (int i = 0; i < MOST_OF_A_USE; i++) {
            assertThat(admit("192.0.2." + i).orElseThrow().become(Use.GRPC)).isTrue();
        }
        Place place = admit("192.0.2.100").orElseThrow();

        assertThat(place.become(Use.GRPC)).isFalse();

        assertThat(connections.refused()).isOne();
        assertThat(connections.count(Use.GRPC)).isEqualTo(MOST_OF_A_USE);
        assertThat(connections.count(Use.UNDECIDED)).isOne();
        place.free();
        assertThat(connections.count(Use.UNDECIDED)).isZero();
    }

    @Test
    void admitWhenRefusedAgainAndAgainThenThatIsSaidOnceAMinute(CapturedOutput output) {
        for (int i = 0; i < MOST_PER_ADDRESS + 3; i++) {
            admit("192.0.2.1");
        }

        assertThat(connections.refused()).isEqualTo(3);
        assertThat(output).containsOnlyOnce("more than gatehouse.front.connections-per-address allows");
    }

    private Optional<Place> admit(String address) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return connections.admit(Objects.requireNonNull(parsed));
    }
}
