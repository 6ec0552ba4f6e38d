package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

class Argon2idPasswordEncoderTests {

    private final Argon2idPasswordEncoder encoder = new Argon2idPasswordEncoder(64, 2, 1, 1);

    @ParameterizedTest
    @ValueSource(strings = {"P@ssw0rd", "x", "p\u00e4ss\uD83D\uDD11"})
    void encodeWhenReadBySpringSecurityThenMatchesAndTheOtherWayRound(String password) {
        var reference = new Argon2PasswordEncoder(16, 32, 1, 64, 2);

        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            hashes.add(encoder.encode(password));
        }

        assertThat(hashes).doesNotHaveDuplicates();
        assertThat(hashes).allSatisfy(hash -> {
            assertThat(reference.matches(password, hash)).isTrue();
            assertThat(reference.matches(password + "x", hash)).isFalse();
        });
        assertThat(encoder.matches(password, reference.encode(password))).isTrue();
        assertThat(encoder.matches(password + "x", reference.encode(password))).isFalse();
    }

    /** Both from the command line tool of the reference implementation, as its own tests give them. */
    @Test
    void matchesWhenHashIsOfTheReferenceImplementationThenMatches() {
        String id = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        String twoLanes = "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc";

        assertThat(encoder.matches("password", id)).isTrue();
        assertThat(encoder.matches("password", twoLanes)).isTrue();
        assertThat(encoder.matches("Password", id)).isFalse();
    }

    /** Also from its tests: Argon2i as it was before version 1.3. */
    @ParameterizedTest
    @ValueSource(strings = {"", "$v=16"})
    void matchesWhenHashIsFromBeforeVersion13ThenMatches(String version) {
        String hash = "$argon2i" + version + "$m=256,t=2,p=1$c29tZXNhbHQ$/U3YPXYsSb3q9XxHvc0MLxur+GP960kN9j7emXX8zwY";

        assertThat(encoder.matches("password", hash)).isTrue();
        assertThat(encoder.matches("Password", hash)).isFalse();
        assertThat(encoder.matches("password", hash.replace("argon2i", "argon2d")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"argon2d, 0", "argon2i, 1", "argon2id, 2"})
    void matchesWhenHashIsOfAnotherTypeThenOnlyThatOneMatches(String name, int type) {
        byte[] hash = new byte[32];
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(type)
                .withMemoryAsKB(64)
                .withIterations(2)
                .withParallelism(1)
                .withSalt("somesalt".getBytes(StandardCharsets.UTF_8))
                .build());
        generator.generateBytes("password".getBytes(StandardCharsets.UTF_8), hash);
        String rest = "$v=19$m=64,t=2,p=1$c29tZXNhbHQ$"
                + Base64.getEncoder().withoutPadding().encodeToString(hash);

        assertThat(Stream.of("argon2d", "argon2i", "argon2id")
                        .filter(each -> encoder.matches("password", "$" + each + rest)))
                .containsExactly(name);
    }

    @Test
    void matchesWhenManyRunAtOnceThenNoneDisturbsAnother() throws Exception {
        var threads = Executors.newFixedThreadPool(8);
        List<Future<Boolean>> results = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            String password = "P@ssw0rd" + i;
            results.add(threads.submit(() -> encoder.matches(password, encoder.encode(password))));
        }

        for (Future<Boolean> result : results) {
            assertThat(result.get()).isTrue();
        }
        threads.shutdown();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ",
                "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ$",
                "$argon2id$v=19$m=9999999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2x$v=19$m=64,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=64,t=2,p=1$c29tZXNhb$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=17$m=64,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "$argon2id$v=19$m=64,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
                "P@ssw0rd"
            })
    void matchesWhenHashIsMalformedThenIsNoMatch(String hash) {
        assertThat(encoder.matches("P@ssw0rd", hash)).isFalse();
        assertThat(encoder.upgradeEncoding(hash)).isTrue();
    }

    @Test
    void upgradeEncodingWhenAnythingIsWeakerThenIsAsked() {
        String salt = "$AAAAAAAAAAAAAAAAAAAAAA";
        String hash = "$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=64,t=2,p=1" + salt + hash))
                .isFalse();
        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=128,t=3,p=4" + salt + hash))
                .isFalse();
        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=63,t=2,p=1" + salt + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=64,t=1,p=1" + salt + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2i$v=19$m=64,t=2,p=1" + salt + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2id$v=16$m=64,t=2,p=1" + salt + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2id$m=64,t=2,p=1" + salt + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=64,t=2,p=1$c29tZXNhbHQ" + hash))
                .isTrue();
        assertThat(encoder.upgradeEncoding("$argon2id$v=19$m=64,t=2,p=1" + salt + "$nf65EOgLrQMR/uIPnA4rEg"))
                .isTrue();
    }

    @Test
    void hashOfNobodyWhenOfTodaysKindThenIsNotRenewedAndNeverMatches() {
        String nobody = new HashKind(encoder.kind()).hashOfNobody().encoded();

        assertThat(nobody).startsWith("$argon2id$v=19$m=64,t=2,p=1$");
        assertThat(encoder.encode("P@ssw0rd")).startsWith(encoder.kind() + "$");
        assertThat(encoder.upgradeEncoding(nobody)).isFalse();
        assertThat(encoder.matches("x", nobody)).isFalse();
        assertThat(new Argon2PasswordEncoder(16, 32, 1, 64, 2).matches("x", nobody))
                .isFalse();
    }

    @Test
    void matchesWhenTheHashNeedsMoreMemoryThanAllOfTodaysThenIsComparedAlone() {
        String dear = new Argon2PasswordEncoder(16, 32, 1, 4096, 1).encode("P@ssw0rd");

        for (int time = 0; time < 3; time++) {
            assertThat(encoder.matches("P@ssw0rd", dear)).isTrue();
            assertThat(encoder.matches("wrong", dear)).isFalse();
        }
    }

    /** Together they could need all of the heap. */
    @Test
    void matchesWhenTheHashNeedsMoreMemoryThanOneOfTodaysThenNothingIsKeptForOthersMeanwhile() {
        var four = new Argon2idPasswordEncoder(1024, 8, 1, 4);
        String dear = new Argon2PasswordEncoder(16, 32, 1, 2048, 1).encode("P@ssw0rd");
        Await.until("memory is kept for several", () -> {
            IntStream.range(0, 8).parallel().forEach(any -> four.encode("P@ssw0rd"));
            return four.kept() > 1;
        });

        assertThat(four.matches("P@ssw0rd", dear)).isTrue();

        assertThat(four.kept()).isEqualTo(1);
    }
}
