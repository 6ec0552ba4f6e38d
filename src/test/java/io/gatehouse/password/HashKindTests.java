package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

class HashKindTests {

    private static final String BCRYPT_REST = "./AZaz09".repeat(6) + "abcde";
    private static final String ARGON2_REST = "$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{bcrypt}$2a$10$ | {bcrypt}$2a$10",
                "{bcrypt}$2y$10$ | {bcrypt}$2a$10",
                "{bcrypt}$2b$04$ | {bcrypt}$2a$04"
            })
    void ofWhenBcryptThenIsItsCost(String head, String kind) {
        assertThat(HashKind.of(new PasswordHash(head + BCRYPT_REST))).contains(new HashKind(kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{argon2}$argon2id$v=19$m=19456,t=2,p=1",
                "{argon2}$argon2i$m=16,t=1,p=2",
                "{argon2}$argon2d$v=16$m=512,t=1,p=64"
            })
    void ofWhenArgon2ThenIsItsParameters(String kind) {
        assertThat(HashKind.of(new PasswordHash(kind + ARGON2_REST))).contains(new HashKind(kind));
        assertThat(HashKind.of(new PasswordHash(kind + "$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEg")))
                .contains(new HashKind(kind));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$2a$10$./AZaz09./AZaz09./AZaz09./AZaz09./AZaz09./AZaz09abcde",
                "{bcrypt}$2a$10$short",
                "{bcrypt}$2x$10$./AZaz09./AZaz09./AZaz09./AZaz09./AZaz09./AZaz09abcde",
                "{argon2}renewed",
                "{argon2}$argon2id$v=19$m=64,t=1,p=1$$",
                "{noop}P@ssw0rd"
            })
    void ofWhenMalformedThenIsNone(String hash) {
        assertThat(HashKind.of(new PasswordHash(hash))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{bcrypt}$2a$10", "{argon2}$argon2id$v=19$m=64,t=1,p=1", "{argon2}$argon2i$m=16,t=1,p=2"})
    void ofBeginningWhenItIsOfAKindThenIsThatKindAsItsHashOfNobodyIs(String text) {
        HashKind kind = HashKind.ofBeginning(text).orElseThrow();

        assertThat(kind).isEqualTo(new HashKind(text));
        assertThat(HashKind.of(kind.hashOfNobody())).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{bcrypt}$2a$1", "{argon2}renewed", "{argon2}$argon2id$v=19$m=64,t=1"})
    void ofBeginningWhenNoHashBeginsSoThenIsNone(String text) {
        assertThat(HashKind.ofBeginning(text)).isEmpty();
    }

    @Test
    void hashOfNobodyWhenComparedThenIsOneThatTheEncodersTake() {
        HashKind bcrypt = HashKind.ofBeginning("{bcrypt}$2a$04").orElseThrow();

        assertThat(bcrypt.hashOfNobody().encoded()).hasSize("{bcrypt}".length() + 60);
        assertThat(new BCryptPasswordEncoder(5)
                        .upgradeEncoding(bcrypt.hashOfNobody().encoded().substring(8)))
                .isTrue();
        assertThat(new BCryptPasswordEncoder()
                        .matches("x", bcrypt.hashOfNobody().encoded().substring(8)))
                .isFalse();
    }
}
