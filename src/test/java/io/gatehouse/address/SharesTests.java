package io.gatehouse.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharesTests {

    private static final int TOTAL = 5;
    private static final int SHARE = 3;

    private final Shares shares = new Shares(TOTAL, SHARE);

    @Test
    void takeWhenANetworkHasItsShareThenIsFalseAndOthersDoNotNotice() {
        for (int i = 0; i < SHARE; i++) {
            assertThat(shares.take(Network.of("2001:db8::" + i), 1)).isTrue();
        }

        assertThat(shares.take(Network.of("2001:db8::ffff"), 1)).isFalse();
        assertThat(shares.take(Network.of("2001:db8:0:1::1"), 1)).isTrue();

        shares.giveBack("2001:db8::/64", 1);
        assertThat(shares.take("2001:db8::/64", 1)).isTrue();
        assertThat(shares.take("2001:db8::/64", 1)).isFalse();
    }

    @Test
    void giveBackWhenItIsTheLastOneThenNothingIsKept() {
        assertThat(shares.take("192.0.2.1", 1)).isTrue();
        assertThat(shares.take("192.0.2.1", 1)).isTrue();
        assertThat(shares.holders()).isOne();

        shares.giveBack("192.0.2.1", 1);
        shares.giveBack("192.0.2.1", 1);

        assertThat(shares.holders()).isZero();
    }

    @Test
    void takeWhenManyThreadsComeAtOnceThenNoneIsTakenInBeyondTheShare() {
        long taken = IntStream.range(0, 10_000)
                .parallel()
                .filter(any -> shares.take("192.0.2.1", 1))
                .count();

        assertThat(taken).isEqualTo(SHARE);
        assertThat(shares.take("192.0.2.2", 1)).isTrue();
    }

    @Test
    void takeWhenAllIsTakenThenIsFalseAndTakesNothing() {
        assertThat(shares.take("user_1", SHARE)).isTrue();
        assertThat(shares.take("user_2", SHARE)).isFalse();

        assertThat(shares.take("user_2", TOTAL - SHARE)).isTrue();
        assertThat(shares.take("user_3", 1)).isFalse();
        shares.giveBack("user_1", 1);
        assertThat(shares.take("user_3", 1)).isTrue();
        assertThat(shares.holders()).isEqualTo(3);
    }
}
