package io.gatehouse.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CountByNetworkTests {

    private static final int SHARE = 3;

    private final CountByNetwork counts = new CountByNetwork(SHARE);

    @Test
    void enterWhenANetworkHasItsShareThenIsFalseAndOthersDoNotNotice() {
        for (int i = 0; i < SHARE; i++) {
            assertThat(counts.enter(Network.of("2001:db8::" + i))).isTrue();
        }

        assertThat(counts.enter(Network.of("2001:db8::ffff"))).isFalse();
        assertThat(counts.enter(Network.of("2001:db8:0:1::1"))).isTrue();

        counts.leave("2001:db8::/64");
        assertThat(counts.enter("2001:db8::/64")).isTrue();
        assertThat(counts.enter("2001:db8::/64")).isFalse();
    }

    @Test
    void leaveWhenItIsTheLastOneThenNothingIsKept() {
        assertThat(counts.enter("192.0.2.1")).isTrue();
        assertThat(counts.enter("192.0.2.1")).isTrue();
        assertThat(counts.networks()).isOne();

        counts.leave("192.0.2.1");
        counts.leave("192.0.2.1");

        assertThat(counts.networks()).isZero();
    }

    @Test
    void enterWhenManyThreadsComeAtOnceThenNoneIsTakenInBeyondTheShare() {
        long entered = IntStream.range(0, 10_000)
                .parallel()
                .filter(any -> counts.enter("192.0.2.1"))
                .count();

        // A thread that is about to be refused may have another refused too
        assertThat(entered).isBetween(1L, (long) SHARE);
        assertThat(counts.enter("192.0.2.2")).isTrue();
    }
}
