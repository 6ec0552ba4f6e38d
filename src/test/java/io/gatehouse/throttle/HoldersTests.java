package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldersTests {

    private final Holders<String> holders = new Holders<>();

    @Test
    void removeFirstWhenOneNetworkHoldsMoreThenItsIdleOnesGoInTurnAndThenItsBusyOnes() {
        holders.addIdle("small", "a");
        holders.addBusy("big", "b1");
        holders.addIdle("big", "b2");
        holders.addIdle("big", "b3");
        holders.addIdle("big", "b2");
        holders.addBusy("big", "b4");

        assertThat(holders.removeFirst()).contains("b3");
        assertThat(holders.removeFirst()).contains("b2");
        assertThat(holders.removeFirst()).contains("b1");
    }

    @Test
    void removeFirstWhenTheBiggestHasLostSomeThenTheNextIsAnothers() {
        holders.addIdle("one", "a1");
        holders.addIdle("one", "a2");
        holders.addIdle("one", "a3");
        holders.addIdle("other", "b1");
        holders.addIdle("other", "b2");

        holders.remove("one", "a1");
        holders.remove("one", "a2");

        assertThat(holders.removeFirst()).contains("b1");
    }

    @Test
    void removeFirstWhenAllHoldEquallyMuchThenItIsOfTheOneThatHoldsForTheLongestTime() {
        holders.addIdle("b", "b1");
        holders.addIdle("a", "a1");
        holders.addIdle("c", "c1");
        holders.remove("b", "b1");
        holders.addIdle("b", "b1");

        assertThat(holders.removeFirst()).contains("a1");
        assertThat(holders.removeFirst()).contains("c1");
        assertThat(holders.removeFirst()).contains("b1");
    }

    @Test
    void addBusyWhenItWasIdleThenIsThereOnce() {
        holders.addIdle("one", "a1");
        holders.addBusy("one", "a1");
        holders.addIdle("one", "a1");

        assertThat(holders.removeFirst()).contains("a1");
        assertThat(holders.removeFirst()).isEmpty();
    }

    @Test
    void removeWhenNothingIsLeftThenNothingIsKept() {
        holders.addIdle("one", "a1");

        holders.remove("one", "a1");
        holders.remove("one", "a1");

        assertThat(holders.networks()).isZero();
        assertThat(holders.removeFirst()).isEmpty();
    }
}
