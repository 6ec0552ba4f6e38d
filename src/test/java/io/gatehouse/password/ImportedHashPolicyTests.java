package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImportedHashPolicyTests {

    private static final String BCRYPT_REST = "./AZaz09".repeat(6) + "abcde";
    private static final String ARGON2_REST = "$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

    private final ImportedHashPolicy policy =
            new ImportedHashPolicy(new HashingSettings(1024, 2, 1, 1, 10, 10, Duration.ofSeconds(10)));

    @ParameterizedTest
    @ValueSource(strings = {"$2a$04$", "$2b$10$", "$2y$12$"})
    void checkWhenHashIsMilvusOwnThenGetsThePrefix(String head) {
        String hash = head + BCRYPT_REST;

        assertThat(checked(hash)).isEqualTo("{bcrypt}" + hash);
        assertThat(checked("{bcrypt}" + hash)).isEqualTo("{bcrypt}" + hash);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{argon2}$argon2id$v=19$m=1024,t=10,p=1",
                "{argon2}$argon2id$v=19$m=8,t=1,p=1",
                "{argon2}$argon2id$v=19$m=512,t=1,p=64",
                "{argon2}$argon2i$m=16,t=1,p=2"
            })
    void checkWhenArgon2IsWithinTheLimitsThenIsTakenAsItIs(String head) {
        assertThat(checked(head + ARGON2_REST)).isEqualTo(head + ARGON2_REST);
    }

    @Test
    void checkWhenThisServersOwnHashesTakeMorePassesThenSoManyAreTaken() {
        var dear = new ImportedHashPolicy(new HashingSettings(1024, 12, 1, 1, 10, 10, Duration.ofSeconds(10)));
        String hash = "{argon2}$argon2id$v=19$m=1024,t=12,p=1" + ARGON2_REST;

        assertThat(dear.check(new PasswordHash(hash)).encoded()).isEqualTo(hash);
        assertRefused(hash, "the password hash takes more than 10 passes over its memory");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "$2a$03$       | has a cost of bcrypt that is not from 4 to 12",
                "{bcrypt}$2a$13$ | has a cost of bcrypt that is not from 4 to 12",
                "$2a$31$       | has a cost of bcrypt that is not from 4 to 12",
                "$2x$10$       | is malformed",
                "{bcrypt}$1$10$ | is malformed"
            })
    void checkWhenBcryptIsNotAsItShouldBeThenSaysWhy(String head, String why) {
        assertRefused(head + BCRYPT_REST, "the password hash " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "m=1025,t=1,p=1  | takes more than 1024 KiB of memory (gatehouse.hashing.memory)",
                "m=1024,t=11,p=1 | takes more than 10 passes over its memory",
                "m=1024,t=1,p=65 | is malformed",
                "m=15,t=1,p=2    | is malformed",
                "m=x,t=1,p=1     | is malformed"
            })
    void checkWhenArgon2IsNotAsItShouldBeThenSaysWhy(String cost, String why) {
        assertRefused("{argon2}$argon2id$v=19$" + cost + ARGON2_REST, "the password hash " + why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P@ssw0rd", "{noop}P@ssw0rd", "$argon2id$v=19$m=64,t=1,p=1", "{sha256}x"})
    void checkWhenHashIsOfAnotherKindThenNamesThoseThatAreRead(String hash) {
        assertRefused(
                hash,
                "the password hash is of no kind that is read here: {argon2}, {bcrypt}, or bcrypt as Milvus has it");
    }

    private String checked(String hash) {
        return policy.check(new PasswordHash(hash)).encoded();
    }

    private void assertRefused(String hash, String sentence) {
        assertThatThrownBy(() -> policy.check(new PasswordHash(hash)))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.INVALID_PASSWORD);
                    assertThat(refusal).hasMessage(sentence);
                });
    }
}
