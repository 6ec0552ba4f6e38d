package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.port.Connections.Closing;
import io.gatehouse.port.Connections.Place;
import io.gatehouse.port.Connections.Refusal;
import io.gatehouse.port.Connections.Use;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Whose connections count together, and as what. */
@ExtendWith(OutputCaptureExtension.class)
class ConnectionsTests {

    private static final int MOST_OF_A_USE = 10;
    private static final int SHARE = 4;
    private static final String TRUSTED_PROXY = "192.0.2.200";

    private final Connections connections = new Connections(
            new PortSettings(
                    MOST_OF_A_USE,
                    MOST_OF_A_USE,
                    MOST_OF_A_USE,
                    SHARE,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ZERO,
                    null),
            address -> address.getHostAddress().equals(TRUSTED_PROXY));

    private final List<String> displaced = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1, 192.0.2.2",
        "2001:db8::1, 2001:db8::ffff:1, 2001:db8:0:1::1",
        "192.0.2.1, ::ffff:192.0.2.1, ::ffff:192.0.2.2"
    })
    void admitWhenANetworkHasItsShareThenAnotherIsTakenInAndItAgainOnceOneHasLeft(
            String address, String sameNetwork, String otherNetwork) {
        admitMany(address, SHARE - 1);
        Place place = admit(sameNetwork).orElseThrow();

        assertThat(admit(address)).isEmpty();
        assertThat(admit(sameNetwork)).isEmpty();
        assertThat(admit(otherNetwork)).isPresent();
        assertThat(connections.refused(Refusal.SHARE)).isEqualTo(2);

        place.free();
        assertThat(admit(address)).isPresent();
    }

    @Test
    void admitWhenItsAddressIsATrustedProxysThenHasNoShareAndIsNotDisplaced() {
        admitMany(TRUSTED_PROXY, MOST_OF_A_USE);

        assertThat(admit(TRUSTED_PROXY)).isEmpty();
        assertThat(admit("192.0.2.1")).isEmpty();
        assertThat(displaced).isEmpty();
        assertThat(connections.refused(Refusal.TOTAL)).isEqualTo(2);
    }

    @Test
    void admitWhenTooManyHaveNotShownWhatTheyAreThenTheOldestOfTheNetworkWithTheMostIsDisplaced() {
        Place loner = admit("192.0.2.1").orElseThrow();
        admitMany("192.0.2.2", SHARE);
        admitMany("192.0.2.3", SHARE - 1);
        admitMany("192.0.2.4", 2);

        Place newcomer = admit("192.0.2.5").orElseThrow();

        assertThat(displaced).containsExactly("192.0.2.2#1");
        assertThat(connections.count(Use.UNDECIDED)).isEqualTo(MOST_OF_A_USE);
        assertThat(loner.become(Use.HTTP, () -> {})).isTrue();
        assertThat(newcomer.become(Use.HTTP, () -> {})).isTrue();
        assertThat(connections.closed(Closing.DISPLACED)).isOne();
    }

    @Test
    void admitWhenADisplacedConnectionIsStillOpenThenNewcomersGetInAndItsEndFreesNothing() {
        Place slow = admit("192.0.2.1").orElseThrow();
        admitMany("192.0.2.1", 1);
        for (int i = 2; i < MOST_OF_A_USE; i++) {
            assertThat(admit("192.0.2." + i)).isPresent();
        }

        assertThat(admit("192.0.2.100")).isPresent();

        assertThat(displaced).containsExactly("192.0.2.1#1");
        assertThat(slow.become(Use.GRPC, () -> {})).isFalse();
        slow.free();
        assertThat(connections.count(Use.UNDECIDED)).isEqualTo(MOST_OF_A_USE);
        assertThat(connections.count(Use.GRPC)).isZero();
    }

    @Test
    void admitWhenTooManyHaveNotShownWhatTheyAreThenNoPlaceOfARefusedOneIsKept() {
        List<Place> trusted = admitMany(TRUSTED_PROXY, MOST_OF_A_USE);
        for (int i = 0; i < SHARE; i++) {
            assertThat(admit("192.0.2.100")).isEmpty();
        }

        trusted.get(0).free();

        assertThat(admit("192.0.2.100")).isPresent();
    }

    @Test
    void becomeWhenThereIsRoomThenIsCountedAsThatAlone() {
        Place place = admit("192.0.2.1").orElseThrow();

        assertThat(place.become(Use.HTTP, () -> {})).isTrue();

        assertThat(connections.count(Use.UNDECIDED)).isZero();
        assertThat(connections.count(Use.HTTP)).isOne();
        place.free();
        assertThat(connections.count(Use.HTTP)).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "UNDECIDED")
    void becomeWhenAllOthersHaveShownAValidTokenThenStaysWhatItWas(Use use) {
        for (int i = 0; i < MOST_OF_A_USE; i++) {
            Place known = admit("192.0.2." + i).orElseThrow();
            assertThat(known.become(use, () -> displaced.add("known"))).isTrue();
            known.showedValidToken();
        }
        Place place = admit("192.0.2.100").orElseThrow();

        assertThat(place.become(use, () -> {})).isFalse();

        assertThat(displaced).isEmpty();
        assertThat(connections.refused(Refusal.TOTAL)).isOne();
        assertThat(connections.count(use)).isEqualTo(MOST_OF_A_USE);
        assertThat(connections.count(Use.UNDECIDED)).isOne();
        place.free();
        assertThat(connections.count(Use.UNDECIDED)).isZero();
    }

    @Test
    void becomeWhenThereAreTooManyThenTheBusyOnesOfTheBiggestGoAfterItsIdleOnes() {
        Place first = http("192.0.2.1", "busy");
        http("192.0.2.1", "idle 1");
        Place wasBusy = http("192.0.2.1", "idle 2");
        for (int i = 0; i < MOST_OF_A_USE - 3; i++) {
            http("192.0.2." + (2 + i / 2), "other " + i);
        }
        first.isBusy(true);
        wasBusy.isBusy(true);
        wasBusy.isBusy(false);

        http("192.0.2.100", "newcomer 1");
        assertThat(displaced).containsExactly("idle 1");

        Place another = admit("192.0.2.1").orElseThrow();
        assertThat(another.become(Use.HTTP, () -> {})).isFalse();
        assertThat(displaced).containsExactly("idle 1");
        assertThat(connections.count(Use.HTTP)).isEqualTo(MOST_OF_A_USE);
    }

    @Test
    void idleWhenSomethingIsUnderWayThenIsZeroAndThenBeginsAnew() throws Exception {
        Place place = admit("192.0.2.1").orElseThrow();

        place.isBusy(true);
        TimeUnit.MILLISECONDS.sleep(20);
        assertThat(place.idle()).isZero();

        long before = System.nanoTime();
        place.isBusy(false);
        assertThat(place.idle()).isLessThanOrEqualTo(Duration.ofNanos(System.nanoTime() - before));
    }

    @Test
    void findWhenAConnectionIsOpenThenIsItAndAfterwardsNothing() {
        Place place = admit("192.0.2.1").orElseThrow();
        admit("192.0.2.1");

        assertThat(connections.find(place.id())).containsSame(place);
        place.free();
        assertThat(connections.find(place.id())).isEmpty();
    }

    @Test
    void admitWhenManyThreadsComeAndGoThenNothingIsLeft() {
        IntStream.range(0, 20_000)
                .parallel()
                .forEach(i -> admit("192.0.2." + i % 50).ifPresent(place -> {
                    place.become(i % 2 == 0 ? Use.GRPC : Use.HTTP, () -> {});
                    place.isBusy(true);
                    if (i % 7 == 0) {
                        place.showedValidToken();
                    }
                    place.isBusy(false);
                    place.free();
                }));

        for (Use use : Use.values()) {
            assertThat(connections.count(use)).isZero();
        }
        assertThat(admitMany("192.0.2.1", SHARE)).hasSize(SHARE);
    }

    @Test
    void admitWhenRefusedAgainAndAgainThenThatIsSaidOnceAMinute(CapturedOutput output) {
        for (int i = 0; i < SHARE + 3; i++) {
            admit("192.0.2.1");
        }

        assertThat(connections.refused(Refusal.SHARE)).isEqualTo(3);
        assertThat(output).containsOnlyOnce("more than gatehouse.front.connections-per-address allows");
    }

    private Place http(String address, String name) {
        Place place = admit(address).orElseThrow();
        assertThat(place.become(Use.HTTP, () -> displaced.add(name))).isTrue();
        return place;
    }

    private List<Place> admitMany(String address, int count) {
        List<Place> places = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = address + "#" + i;
            places.add(admit(address, () -> displaced.add(name)).orElseThrow());
        }
        return places;
    }

    private Optional<Place> admit(String address) {
        return admit(address, () -> displaced.add(address + "#1"));
    }

    private Optional<Place> admit(String address, Runnable close) {
        InetAddress parsed = NetUtil.createInetAddressFromIpAddressString(address);
        return connections.admit(Objects.requireNonNull(parsed), close);
    }
}
