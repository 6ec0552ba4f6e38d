package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.PossibleName;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserNamePolicyTests {

    private final UserNamePolicy policy =
            new UserNamePolicy(new UserLimitSettings(32, 0), new GatehouseUserSettings(null, false, false));
    private final UserNamePolicy wide =
            new UserNamePolicy(new UserLimitSettings(64, 0), new GatehouseUserSettings(null, false, true));

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
    void checkWhenACharacterIsAtTheEdgeThenOnlyLettersDigitsAndUnderscoresPass() {
        assertThatCode(() -> policy.check("azAZ09_")).doesNotThrowAnyException();
        for (String other : List.of("@", "[", "`", "{", "/", ":", "^", " ", "\u00e4")) {
            assertThatThrownBy(() -> policy.check("a" + other)).hasMessageContaining("username must contain only");
            assertThatThrownBy(() -> policy.check(other)).hasMessageContaining("the first character must be a letter");
        }
        for (String first : List.of("a", "z", "A", "Z")) {
            assertThatCode(() -> policy.check(first)).doesNotThrowAnyException();
        }
        assertThatThrownBy(() -> policy.check("")).hasMessage("username must be not empty");
    }

    @Test
    void checkWhenTheCharacterCannotBePrintedThenItsNumberIsSaid() {
        assertThatThrownBy(() -> policy.check("a\u001f")).hasMessageEndingWith("but got U+001F");
        assertThatThrownBy(() -> policy.check("a ")).hasMessageEndingWith("but got  ");
        assertThatThrownBy(() -> policy.check("a~")).hasMessageEndingWith("but got ~");
        assertThatThrownBy(() -> policy.check("a\u007f")).hasMessageEndingWith("but got U+007F");
        assertThatThrownBy(() -> policy.check("a\uD800"))
                .hasMessage("invalid user name a?, username must contain only numbers, letters and underscores, but got"
                        + " U+D800");
    }

    @Test
    void checkWhenItIsRootThenIsAllowedUnderEverySetting() {
        var narrow = new UserNamePolicy(new UserLimitSettings(3, 0), new GatehouseUserSettings(null, false, false));

        assertThatCode(() -> narrow.check("root")).doesNotThrowAnyException();
        assertThat(narrow.allows("roo")).isTrue();
        assertThat(narrow.allows("toor")).isFalse();
    }

    @Test
    void checkUnseenWhenRefusedThenDoesNotRepeatTheName() {
        assertThatCode(() -> policy.checkUnseen("user_1")).doesNotThrowAnyException();
        assertThatThrownBy(() -> policy.checkUnseen("P@ssw0rd"))
                .hasMessage("the user name must have 1 to 32 characters, begin with a letter, and have only letters,"
                        + " digits and underscores");
        assertThatThrownBy(() -> wide.checkUnseen("P@ssw0rd"))
                .hasMessage("the user name must have 1 to 64 characters, begin with a letter, and have only letters,"
                        + " digits, underscores, dots and hyphens");
    }

    @Test
    void operationWhenNoUserCanHaveTheNameThenDoesNotKeepIt() {
        Caller caller = Caller.operator("0123456789abcdef");

        assertThat(Operation.of(Action.CREATE_USER, caller, "a".repeat(255)).target())
                .hasSize(255);
        assertThat(Operation.of(Action.CREATE_USER, caller, "a".repeat(256)).target())
                .isNull();
        assertThat(Operation.of(Action.CREATE_USER, caller, "P@ssw0rd").target())
                .isNull();
    }

    @Test
    void displayNameWhenNobodyWasProvenThenSaysWhoItCanBe() {
        assertThat(Caller.operator("id").getName()).isEqualTo("operator");
        assertThat(Caller.unrestricted(new Client(Face.API, "192.0.2.1", "id")).getName())
                .isEqualTo("anybody");
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

    @ParameterizedTest
    @ValueSource(strings = {"1admin", "_admin", "ad min", "ad-min", "\u00e4dmin", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void checkRoleWhenNoRoleCanHaveTheNameThenRefused(String name) {
        assertThatThrownBy(() -> policy.checkRole(name))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.INVALID_ROLE_NAME);
                    assertThat(refusal.violations())
                            .containsExactly(new Violation(
                                    "roleName",
                                    "must begin with a letter, and have only letters, digits and underscores"));
                })
                .hasMessage("role name should have at most 32 letters, digits and underscores and begin with a letter");
    }

    @Test
    void rulesWhenSettingsAllowOtherNamesThenSayWhich() {
        var shortest = new UserNamePolicy(new UserLimitSettings(1, 0), new GatehouseUserSettings(null, false, false));

        assertThatThrownBy(() -> shortest.checkUnseen("ab"))
                .hasMessage(
                        "the user name must have 1 character, begin with a letter, and have only letters, digits and"
                                + " underscores");
        assertThatThrownBy(() -> wide.checkRole("1"))
                .hasMessage("role name should have at most 64 letters, digits, underscores, dots and hyphens and begin"
                        + " with a letter")
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.violations())
                                .containsExactly(new Violation(
                                        "roleName",
                                        "must begin with a letter, and have only letters, digits, underscores, dots and"
                                                + " hyphens")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "role_1", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
    void checkRoleWhenARoleCanHaveTheNameThenAccepted(String name) {
        assertThatCode(() -> policy.checkRole(name)).doesNotThrowAnyException();
    }

    @Test
    void isPossibleWhenNoUserCanHaveTheNameThenFalse() {
        assertThat(PossibleName.is("user_1")).isTrue();
        assertThat(PossibleName.is("a.b-c")).isTrue();
        assertThat(PossibleName.is("a".repeat(255))).isTrue();
        assertThat(PossibleName.is("a".repeat(256))).isFalse();
        assertThat(PossibleName.is("")).isFalse();
        assertThat(PossibleName.is("user\u0000")).isFalse();
        assertThat(PossibleName.is("user\uD800")).isFalse();
        assertThat(PossibleName.is("user\n")).isFalse();
    }
}
