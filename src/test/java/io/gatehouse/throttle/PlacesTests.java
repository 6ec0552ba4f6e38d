package io.gatehouse.throttle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlacesTests {

    private final List<String> displaced = new ArrayList<>();
    private final Places<String> places = new Places<>(3, 2, displaced::add);

    @Test
    void enterWhenTheNetworkHasItsShareThenIsFalseUntilOneLeaves() {
        assertThat(places.enter("a", "a1")).isTrue();
        assertThat(places.enter("a", "a2")).isTrue();

        assertThat(places.enter("a", "a3")).isFalse();
        assertThat(places.leave("a", "a1")).isTrue();
        assertThat(places.leave("a", "a1")).isFalse();
        assertThat(places.enter("a", "a3")).isTrue();
        assertThat(places.all()).containsExactly("a2", "a3");
        assertThat(displaced).isEmpty();
    }

    @Test
    void enterWhenAllPlacesAreTakenThenTheOldestOfTheBiggestNetworkGivesWay() {
        places.enter("a", "a1");
        places.enter("a", "a2");
        places.enter("b", "b1");

        assertThat(places.enter("c", "c1")).isTrue();

        assertThat(displaced).containsExactly("a1");
        assertThat(places.leave("a", "a1")).isFalse();
        assertThat(places.count()).isEqualTo(3);
        assertThat(places.enter("a", "a3")).isFalse();
        assertThat(places.all()).containsExactlyInAnyOrder("a2", "b1", "c1");
    }
}
