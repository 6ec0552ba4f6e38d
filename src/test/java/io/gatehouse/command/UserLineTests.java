package io.gatehouse.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a user stands in a line of an export, and which lines are none. */
class UserLineTests {

    private static final PasswordHash HASH = new PasswordHash("{bcrypt}$2a$04$hash");

    @Test
    void printWhenAllIsKnownThenIsOneLineThatIsReadAsTheSame() {
        var user = new UserRecord(
                "user_1",
                List.of("admin", "public"),
                HASH,
                Instant.parse("2026-01-31T12:00:00Z"),
                Instant.parse("2026-02-01T12:00:00.5Z"));

        byte[] line = UserLine.print(user);

        assertThat(line).asString(StandardCharsets.UTF_8).isEqualTo("""
                        {"userName":"user_1","roles":["admin","public"],"passwordHash":"{bcrypt}$2a$04$hash",\
                        "createdAt":"2026-01-31T12:00:00Z","updatedAt":"2026-02-01T12:00:00.500Z"}
                        """);
        assertThat(UserLine.read(line)).isEqualTo(user);
    }

    @Test
    void printWhenTimesAreNotKnownThenHasNone() {
        var user = new UserRecord("root", List.of(), HASH, null, null);

        byte[] line = UserLine.print(user);

        assertThat(line)
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{\"userName\":\"root\",\"roles\":[],\"passwordHash\":\"{bcrypt}$2a$04$hash\"}\n");
        assertThat(UserLine.read(line)).isEqualTo(user);
    }

    @Test
    void readWhenRolesAreLeftOutThenThereAreNone() {
        UserRecord user = read("{ \"passwordHash\" : \"canary\", \"userName\" : \"user_1\" } ");

        assertThat(user).isEqualTo(new UserRecord("user_1", List.of(), new PasswordHash("canary"), null, null));
    }

    @Test
    void readWhenThereAreMoreRolesThanAnybodyHasThenIsRefused() {
        assertThat(read(withRoles(100)).roles()).hasSize(100);
        assertRefused(withRoles(101), "there are more than 100 roles");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "canary                                        | the line is not a JSON object, or has a field twice",
                "{\"userName\":\"canary\"                          | the line is not a JSON object, or has a field twice",
                "{\"userName\":\"canary\",\"userName\":\"canary\"}   | the line is not a JSON object, or has a field twice",
                "[\"canary\"]                                    | the line is not a JSON object",
                "\"canary\"                                      | the line is not a JSON object",
                "{\"userName\":\"canary\",\"passwordHash\":\"x\"}{}  | something follows the JSON object",
                "{\"userName\":1}                                | userName is not a text",
                "{\"passwordHash\":[\"canary\"]}                   | passwordHash is not a text",
                "{\"updatedAt\":null}                            | updatedAt is not a text",
                "{\"roles\":\"canary\"}                            | roles is not a list",
                "{\"roles\":[\"canary\",1]}                        | roles is not a list of texts",
                "{\"createdAt\":\"canary\"}                        | createdAt is not a time such as 2026-01-31T12:00:00Z",
                "{\"updatedAt\":\"2026-01-31\"}                    | updatedAt is not a time such as 2026-01-31T12:00:00Z",
                "{\"userName\":\"canary\"}                         | userName or passwordHash is missing",
                "{\"passwordHash\":\"canary\"}                     | userName or passwordHash is missing",
                "{}                                            | userName or passwordHash is missing"
            })
    void readWhenItIsNoUserThenSaysWhyWithoutRepeatingTheLine(String line, String sentence) {
        assertRefused(line, sentence);
    }

    @Test
    void readWhenThereIsAnotherFieldThenSaysWhichThereAre() {
        assertRefused(
                "{\"canary\":\"x\"}",
                "there is a field that is none of userName, roles, passwordHash, createdAt and updatedAt");
    }

    private static UserRecord read(String line) {
        return UserLine.read(line.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertRefused(String line, String sentence) {
        assertThatThrownBy(() -> read(line)).isInstanceOfSatisfying(ProblemException.class, refusal -> {
            assertThat(refusal.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
            assertThat(refusal).hasMessage(sentence);
        });
    }

    private static String withRoles(int count) {
        String roles =
                IntStream.range(0, count).mapToObj(i -> "\"role_" + i + '"').collect(Collectors.joining(","));
        return "{\"userName\":\"user_1\",\"roles\":[%s],\"passwordHash\":\"x\"}".formatted(roles);
    }
}
