package io.gatehouse.password;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.testing.Await;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;

class PasswordHasherTests {

    private static final HashingSettings CHEAP = settings(64, 1, 1, 1, 10);

    private static final Requester STRANGER = Requester.network("192.0.2.1", () -> false);

    private final PasswordHasher hasher = new PasswordConfiguration().passwordHasher(CHEAP, new SimpleMeterRegistry());

    @AfterEach
    void stop() {
        hasher.destroy();
    }

    @Test
    void hashWhenMadeThenIsArgon2idWithARandomSalt() {
        PasswordHash first = hasher.hash(Password.of("P@ssw0rd"));
        PasswordHash second = hasher.hash(Password.of("P@ssw0rd"));

        assertThat(first.encoded())
                .startsWith("{argon2}$argon2id$v=19$m=64,t=1,p=1$")
                .isNotEqualTo(second.encoded());
    }

    @Test
    void defaultsWhenNothingIsConfiguredThenAreOwasps() {
        HashingSettings defaults = new Binder(new MapConfigurationPropertySource(Map.of()))
                .bindOrCreate("gatehouse.hashing", HashingSettings.class);

        PasswordHash hash = new PasswordConfiguration()
                .passwordHasher(defaults, new SimpleMeterRegistry())
                .hash(Password.of("P@ssw0rd"));

        assertThat(hash.encoded()).startsWith("{argon2}$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @Test
    void matchWhenPasswordIsRightThenMatchesAndNeedsNoRenewal() {
        PasswordHash hash = hasher.hash(Password.of("P@ssw0rd"));

        PasswordHasher.Match match = hasher.match(Password.of("P@ssw0rd"), hash);

        assertThat(match.matched()).isTrue();
        assertThat(match.renewal()).isEmpty();
        assertThat(hasher.match(Password.of("P@ssw0rD"), hash).matched()).isFalse();
    }

    @Test
    void matchWhenPasswordsDifferInTheirLastOf256CharactersThenOnlyOneMatches() {
        String common = "\uD83D\uDD11".repeat(255);
        PasswordHash hash = hasher.hash(Password.of(common + "a"));

        assertThat(hasher.match(Password.of(common + "a"), hash).matched()).isTrue();
        assertThat(hasher.match(Password.of(common + "b"), hash).matched()).isFalse();
    }

    @Test
    void matchWhenHashIsBcryptThenIsRenewed() {
        var hash = new PasswordHash("{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd"));

        PasswordHasher.Match match = hasher.match(Password.of("P@ssw0rd"), hash);

        assertThat(match.matched()).isTrue();
        assertThat(match.renewal().orElseThrow().encoded()).startsWith("{argon2}$argon2id$");
        assertThat(hasher.match(Password.of("P@ssw0rd"), match.renewal().orElseThrow())
                        .matched())
                .isTrue();
    }

    @Test
    void matchWhenHashIsCheaperArgon2ThenIsRenewed() {
        PasswordHash weak = hasher.hash(Password.of("P@ssw0rd"));
        PasswordHasher stronger =
                new PasswordConfiguration().passwordHasher(settings(128, 1, 1, 1, 10), new SimpleMeterRegistry());

        PasswordHasher.Match match = stronger.match(Password.of("P@ssw0rd"), weak);

        assertThat(match.renewal().orElseThrow().encoded()).contains("m=128,");
        stronger.destroy();
    }

    @Test
    void matchWhenPasswordIsLongerThan72BytesThenNeverMatchesBcrypt() {
        String right = "x".repeat(72);
        var hash = new PasswordHash("{bcrypt}" + new BCryptPasswordEncoder(4).encode(right));

        assertThat(hasher.match(Password.of(right), hash).matched()).isTrue();
        assertThat(hasher.match(Password.of(right + "y"), hash).matched()).isFalse();
        assertThat(hasher.match(Password.of("\u00e9".repeat(37)), hash).matched())
                .isFalse();
    }

    @Test
    void matchWhenPasswordHasHalfACharacterThenNeverMatches() {
        PasswordHash hash = hasher.hash(Password.of("P@ssw?rd"));

        assertThat(hasher.match(Password.of("P@ssw\uD800rd"), hash).matched()).isFalse();
    }

    /** Kinds that are weaker and dearer than today's, however they came in. */
    @Test
    void matchWhenRefusedThenComparesWithOneHashOfEachStoredKindWhateverTheReason() {
        var encoder = new CountingEncoder();
        HashKind today = kind("{argon2}$argon2id$v=19$m=64,t=1,p=1");
        HashKind dearer = kind("{argon2}$argon2id$v=19$m=128,t=1,p=1");
        HashKind bcrypt = kind("{bcrypt}$2a$04");
        var counted = new PasswordHasher(encoder, today, 1024, queue(1, 10), new SimpleMeterRegistry());
        Set<HashKind> stored = Set.of(dearer, bcrypt, kind("{bcrypt}$2a$12"));
        List<@Nullable PasswordHash> hashes = new ArrayList<>();
        hashes.add(null);
        hashes.add(new PasswordHash("{argon2}malformed"));
        hashes.add(today.hashOfNobody());
        hashes.add(dearer.hashOfNobody());
        hashes.add(bcrypt.hashOfNobody());
        hashes.add(new PasswordHash(bcrypt.hashOfNobody().encoded().replace("$2a$", "$2y$")));

        for (PasswordHash hash : hashes) {
            for (String password : List.of("wrong", "x".repeat(73), "half \uD800")) {
                encoder.compared.clear();
                counted.match(STRANGER, Password.of(password), hash, stored);
                assertThat(encoder.kinds()).containsExactlyInAnyOrder(today, dearer, bcrypt, kind("{bcrypt}$2a$12"));
            }
        }
        counted.destroy();
    }

    /** Of an old database, or one that was moved to a smaller machine: computing it would end the process, at every refused login. */
    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void matchWhenAStoredHashNeedsMoreMemoryThanThereIsThenItIsNotComputedAndTheLogNamesItsKindOnce(
            CapturedOutput log) {
        var encoder = new CountingEncoder();
        HashKind today = kind("{argon2}$argon2id$v=19$m=64,t=1,p=1");
        HashKind fitting = kind("{argon2}$argon2id$v=19$m=1024,t=1,p=1");
        HashKind tooDear = kind("{argon2}$argon2id$v=19$m=1025,t=1,p=1");
        var counted = new PasswordHasher(encoder, today, 1024, queue(1, 10), new SimpleMeterRegistry());
        PasswordHash hash = new PasswordHash("{current}right");
        PasswordHash dear = tooDear.hashOfNobody();

        for (@Nullable PasswordHash of : new @Nullable PasswordHash[] {null, fitting.hashOfNobody(), dear, hash}) {
            encoder.compared.clear();
            assertThat(counted.match(STRANGER, Password.of("wrong"), of, Set.of(today, fitting, tooDear))
                            .matched())
                    .isFalse();
            assertThat(encoder.kinds()).containsExactlyInAnyOrder(today, fitting);
        }
        encoder.compared.clear();
        assertThat(counted.match(Password.of("wrong"), dear).matched()).isFalse();
        assertThat(encoder.kinds()).containsExactly(today);

        assertThat(log.getOut().lines().filter(line -> line.contains("WARN")))
                .singleElement()
                .asString()
                .endsWith(
                        "users whose password hash is {argon2}$argon2id$v=19$m=1025,t=1,p=1… cannot log in: it takes 1025 KiB of memory,"
                                + " and half of the heap is 1024 KiB. Give the process more heap, or reset their passwords");
        counted.destroy();
    }

    @Test
    void mostMemoryWhenTheHeapIsSmallThenIsHalfOfItAndNeverLessThanTodays() {
        assertThat(settings(19456, 2, 1, 1, 10).mostMemory(160L << 20)).isEqualTo(80 << 10);
        assertThat(settings(19456, 2, 1, 1, 10).mostMemory(32L << 20)).isEqualTo(19456);
        assertThat(settings(19456, 2, 1, 1, 10).mostMemory(Long.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void matchWhenTheAskerMayKnowThatThereIsTheUserThenCostsTheUsersKindAndTodays() {
        var encoder = new CountingEncoder();
        HashKind today = kind("{argon2}$argon2id$v=19$m=64,t=1,p=1");
        HashKind bcrypt = kind("{bcrypt}$2a$04");
        var counted = new PasswordHasher(encoder, today, 1024, queue(1, 10), new SimpleMeterRegistry());

        counted.match(Password.of("wrong"), bcrypt.hashOfNobody());

        assertThat(encoder.kinds()).containsExactlyInAnyOrder(bcrypt, today);
        counted.destroy();
    }

    @Test
    void matchWhenPasswordIsRightThenCostsNoMoreThanItsOwnHash() {
        var encoder = new CountingEncoder();
        var counted =
                new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue(1, 10), new SimpleMeterRegistry());
        PasswordHash current = counted.hash(Password.of("P@ssw0rd"));

        assertThat(counted.match(STRANGER, Password.of("P@ssw0rd"), current, Set.of(kind("{bcrypt}$2a$10")))
                        .matched())
                .isTrue();

        assertThat(encoder.compared).containsExactly("{current}P@ssw0rd");
        counted.destroy();
    }

    @Test
    void matchWhenPasswordIsLongerThanAnyCanBeThenCostsNothing() {
        var encoder = new CountingEncoder();
        var counted =
                new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue(1, 10), new SimpleMeterRegistry());

        assertThat(counted.match(STRANGER, Password.of("x".repeat(10_000_000)), null, Set.of())
                        .matched())
                .isFalse();
        assertThat(encoder.compared).isEmpty();
        counted.destroy();
    }

    @Test
    void hashWhenQueueIsFullThenRefusesAtOnce() throws Exception {
        var encoder = new CountingEncoder();
        HashQueue queue = queue(1, 1);
        var registry = new SimpleMeterRegistry();
        var busy = new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue, registry);
        encoder.gate = new CountDownLatch(1);
        var clients = Executors.newFixedThreadPool(2);
        List<Future<PasswordHash>> accepted = new ArrayList<>();
        accepted.add(clients.submit(() -> busy.hash(Password.of("first"))));
        encoder.entered.await();
        accepted.add(clients.submit(() -> busy.hash(Password.of("second"))));
        while (queue.queued() < 1) {
            Thread.onSpinWait();
        }

        assertThatThrownBy(() -> busy.hash(Password.of("third"))).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem()).isEqualTo(Problem.OVERLOADED);
            assertThat(e).hasMessage("too many passwords are being checked");
            assertThat(e.retryAfter()).isPresent();
        });
        assertThat(registry.get("gatehouse.hashing.queued").gauge().value()).isEqualTo(1);
        assertThat(registry.get("gatehouse.hashing.queue.free").gauge().value()).isZero();
        assertThat(registry.get("gatehouse.hashing.refused")
                        .tag("reason", "share")
                        .functionCounter()
                        .count())
                .isEqualTo(1);

        encoder.gate.countDown();
        for (Future<PasswordHash> hash : accepted) {
            assertThat(hash.get().encoded()).startsWith("{current}");
        }
        clients.shutdown();
        busy.destroy();
    }

    @Test
    void hashWhenThereAreTwoThreadsThenTwoAreComputedAtOnce() throws Exception {
        var encoder = new CountingEncoder();
        var registry = new SimpleMeterRegistry();
        var two = new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue(2, 10), registry);
        encoder.gate = new CountDownLatch(1);
        var clients = Executors.newFixedThreadPool(2);

        List<Future<PasswordHash>> hashes = List.of(
                clients.submit(() -> two.hash(Password.of("first"))),
                clients.submit(() -> two.hash(Password.of("second"))));

        Await.until(
                "both are being computed",
                () -> registry.get("gatehouse.hashing.active").gauge().value() == 2);
        encoder.gate.countDown();
        for (Future<PasswordHash> hash : hashes) {
            assertThat(hash.get().encoded()).startsWith("{current}");
        }
        clients.shutdown();
        two.destroy();
    }

    @Test
    void hashWhenDoneThenItsTimeAndTheQueueAreMeasured() {
        var registry = new SimpleMeterRegistry();
        PasswordHasher measured = new PasswordConfiguration().passwordHasher(CHEAP, registry);

        measured.match(Password.of("P@ssw0rd"), measured.hash(Password.of("P@ssw0rd")));
        measured.destroy();

        HistogramSnapshot times = registry.get("gatehouse.hashing.time").timer().takeSnapshot();
        assertThat(times.count()).isEqualTo(2);
        assertThat(times.histogramCounts())
                .extracting(bucket -> bucket.bucket(TimeUnit.MILLISECONDS))
                .containsExactly(10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1000.0, 2500.0);
        assertThat(registry.get("gatehouse.hashing.queued").gauge().value()).isZero();
        assertThat(registry.get("gatehouse.hashing.queue.free").gauge().value()).isEqualTo(10);
    }

    @Test
    void hashWhenTheEncoderFailsThenTheCauseIsKept() {
        var encoder = new CountingEncoder();
        var broken =
                new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue(1, 1), new SimpleMeterRegistry());
        encoder.broken = true;

        assertThatThrownBy(() -> broken.hash(Password.of("P@ssw0rd")))
                .hasMessage("hashing failed")
                .hasRootCauseMessage("the password encoder returned nothing");
        broken.destroy();
    }

    @Test
    void hashWhenTheCallerIsInterruptedThenGivesUpAndStaysInterrupted() {
        var encoder = new CountingEncoder();
        encoder.gate = new CountDownLatch(1);
        var slow = new PasswordHasher(encoder, new HashKind("{current}"), 1024, queue(1, 1), new SimpleMeterRegistry());
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> slow.hash(Password.of("P@ssw0rd")))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem()).isEqualTo(Problem.REQUEST_TIMEOUT);
                    assertThat(e).hasMessage("request timeout");
                });
        assertThat(Thread.interrupted()).isTrue();
        slow.destroy();
    }

    @Test
    void hashWhenStoppedThenIsRefused() {
        hasher.destroy();

        assertThatThrownBy(() -> hasher.hash(Password.of("P@ssw0rd")))
                .isInstanceOfSatisfying(
                        ProblemException.class, e -> assertThat(e.problem()).isEqualTo(Problem.OVERLOADED));
    }

    @Test
    void threadsWhenNotConfiguredThenAreHalfTheProcessorsAsFarAsTheHeapHasRoom() {
        var settings = settings(19456, 2, 1, 0, 100);

        assertThat(settings.effectiveThreads())
                .isEqualTo(settings.defaultThreads(
                        Runtime.getRuntime().availableProcessors(),
                        Runtime.getRuntime().maxMemory()));
        assertThat(settings(19456, 2, 1, 1000, 100).effectiveThreads()).isEqualTo(1000);
        assertThat(settings.defaultThreads(1, 1L << 30)).isEqualTo(1);
        assertThat(settings.defaultThreads(16, 4L << 30)).isEqualTo(8);
        assertThat(settings.defaultThreads(16, 160L << 20)).isEqualTo(4);
        assertThat(settings.defaultThreads(16, 16L << 20)).isEqualTo(1);
    }

    @Test
    void secretsWhenPrintedThenAreMasked() {
        assertThat(Password.of("P@ssw0rd")).hasToString("Password[masked]");
        assertThat(new PasswordHash("{argon2}x")).hasToString("PasswordHash[masked]");
    }

    private static HashKind kind(String beginning) {
        return HashKind.ofBeginning(beginning).orElseThrow();
    }

    private static HashingSettings settings(int memory, int iterations, int parallelism, int threads, int queue) {
        return new HashingSettings(memory, iterations, parallelism, threads, queue, queue, Duration.ofSeconds(10));
    }

    private static HashQueue queue(int threads, int places) {
        return new HashQueue(threads, places, places, Duration.ofSeconds(10), Ticker.systemTicker());
    }

    /** Tells what was compared; all kinds but {@code {current}} are weaker. */
    private static final class CountingEncoder implements PasswordEncoder {

        private final List<String> compared = new CopyOnWriteArrayList<>();
        private final CountDownLatch entered = new CountDownLatch(1);
        private volatile boolean broken;
        private volatile CountDownLatch gate = new CountDownLatch(0);

        /** Of what costs something. */
        List<HashKind> kinds() {
            return compared.stream()
                    .flatMap(hash -> HashKind.of(new PasswordHash(hash)).stream())
                    .toList();
        }

        @Override
        public @Nullable String encode(@Nullable CharSequence rawPassword) {
            if (broken) {
                return null;
            }
            if (gate.getCount() > 0) {
                entered.countDown();
            }
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return "{current}" + rawPassword;
        }

        @Override
        public boolean matches(@Nullable CharSequence rawPassword, @Nullable String encodedPassword) {
            compared.add(String.valueOf(encodedPassword));
            return String.valueOf(encodedPassword).endsWith("}" + rawPassword);
        }

        @Override
        public boolean upgradeEncoding(@Nullable String encodedPassword) {
            return !String.valueOf(encodedPassword).startsWith("{current}");
        }
    }
}
