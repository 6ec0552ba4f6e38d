package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UserNamePolicyTests {

    private final UserNamePolicy policy =
            new UserNamePolicy(new UserLimits(32, 0), new GatehouseUserSettings(null, false, false));
    private final UserNamePolicy wide =
            new UserNamePolicy(new UserLimits(64, 0), new GatehouseUserSettings(null, false, true));

    @Test
    void checkWhenDotsAndHyphensAreAllowedThenAccepted() {
        assertThatCode(() -> wide.check("a.b-c")).doesNotThrowAnyException();
        assertThatThrownBy(() -> wide.check("a@b"))
                .hasMessage("invalid user name a@b, username must contain only numbers, letters, underscores, dots, and"
                        + " hyphens, but got @");
        assertThatThrownBy(() -> policy.check("a-b"))
                .hasMessage(
                        "invalid user name a-b, username must contain only numbers, letters and underscores, but got -");
    }

    @Test
    void checkWhenLengthIsConfiguredThenCounts() {
        assertThatCode(() -> wide.check("a".repeat(64))).doesNotThrowAnyException();
        assertThatThrownBy(() -> wide.check("a".repeat(65)))
                .hasMessageEndingWith("with length 65, the length of username must be less than 64");
    }

    @Test
    void checkRoleWhenEmptyThenSaysSoInMilvusWords() {
        assertThatThrownBy(() -> policy.checkRole(""))
                .hasMessage("role name should be not empty [expected=not empty][actual=]");
    }

    @Test
    void isPossibleWhenNoUserCanHaveTheNameThenFalse() {
        assertThat(UserNamePolicy.isPossible("user_1")).isTrue();
        assertThat(UserNamePolicy.isPossible("a.b-c")).isTrue();
        assertThat(UserNamePolicy.isPossible("")).isFalse();
        assertThat(UserNamePolicy.isPossible("user\u0000")).isFalse();
        assertThat(UserNamePolicy.isPossible("user\uD800")).isFalse();
        assertThat(UserNamePolicy.isPossible("user\n")).isFalse();
    }
}
