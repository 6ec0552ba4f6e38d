package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HoldersTests {

    private final Holders<String> holders = new Holders<>();

    @Test
    void makeRoomWhenOneNetworkHoldsMoreThenItsIdleOnesGoInTurnAndThenItsBusyOnes() {
        holders.addIdle("small", "a");
        holders.addBusy("big", "b1");
        holders.addIdle("big", "b2");
        holders.addIdle("big", "b3");
        holders.addIdle("big", "b2");
        holders.addBusy("big", "b4");

        assertThat(holders.makeRoom("newcomer")).contains("b3");
        assertThat(holders.makeRoom("newcomer")).contains("b2");
        assertThat(holders.makeRoom("newcomer")).contains("b1");
    }

    @Test
    void makeRoomWhenTheBiggestHasLostSomeThenTheNextIsAnothers() {
        holders.addIdle("one", "a1");
        holders.addIdle("one", "a2");
        holders.addIdle("one", "a3");
        holders.addIdle("other", "b1");
        holders.addIdle("other", "b2");

        holders.remove("one", "a1");
        holders.remove("one", "a2");

        assertThat(holders.makeRoom("newcomer")).contains("b1");
    }

    @Test
    void makeRoomWhenAllHoldEquallyMuchThenItIsOfTheOneThatHoldsForTheLongestTime() {
        holders.addIdle("b", "b1");
        holders.addIdle("a", "a1");
        holders.addIdle("c", "c1");
        holders.remove("b", "b1");
        holders.addIdle("b", "b1");

        assertThat(holders.makeRoom("newcomer")).contains("a1");
        assertThat(holders.makeRoom("newcomer")).contains("c1");
        assertThat(holders.makeRoom("newcomer")).contains("b1");
    }

    @Test
    void addBusyWhenItWasIdleThenIsThereOnce() {
        holders.addIdle("one", "a1");
        holders.addBusy("one", "a1");
        holders.addIdle("one", "a1");

        assertThat(holders.makeRoom("newcomer")).contains("a1");
        assertThat(holders.makeRoom("newcomer")).isEmpty();
    }

    @Test
    void makeRoomWhenANetworkHoldsAlmostAsMuchAsAnyOtherThenIsEmpty() {
        holders.addIdle("big", "b1");
        holders.addIdle("big", "b2");
        holders.addIdle("big", "b3");
        holders.addIdle("second", "s1");
        holders.addIdle("second", "s2");
        holders.addIdle("third", "t1");

        assertThat(holders.makeRoom("big")).isEmpty();
        assertThat(holders.makeRoom("second")).isEmpty();
        assertThat(holders.makeRoom("third")).contains("b1");
    }

    @Test
    void removeWhenNothingIsLeftThenNothingIsKept() {
        holders.addIdle("one", "a1");

        holders.remove("one", "a1");
        holders.remove("one", "a1");

        assertThat(holders.networks()).isZero();
        assertThat(holders.makeRoom("newcomer")).isEmpty();
    }
}
