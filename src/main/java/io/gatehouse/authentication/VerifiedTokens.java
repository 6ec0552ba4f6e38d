package io.gatehouse.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.CredentialVerifier.Proof;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/**
 * The proofs of recently verified tokens, so that a token costs one hash and not one a call.
 *
 * <p>A token is remembered as its HMAC-SHA-256 under a key that lives and dies with the process, never in clear. An entry is
 * worth nothing by itself: the user's current state decides on every call whether the proof still holds.
 */
@Component
class VerifiedTokens {

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;
    private static final long MOST_TOKENS = 100_000;
    private static final Duration KEPT_UNUSED = Duration.ofHours(1);

    /** With its key, never used itself: a copy of it costs less than to find and set up another for each call. */
    private final Mac keyed;

    private final Cache<String, Proof> proofs;
    private final ConcurrentMap<String, CompletableFuture<Optional<Proof>>> running = new ConcurrentHashMap<>();

    VerifiedTokens(MeterRegistry registry) {
        keyed = keyed();
        proofs = Caffeine.newBuilder()
                .maximumSize(MOST_TOKENS)
                .expireAfterAccess(KEPT_UNUSED)
                .recordStats()
                .build();
        CaffeineCacheMetrics.monitor(registry, proofs, "verified-tokens");
    }

    /** The name under which a token is remembered. */
    String digest(Credentials credentials) {
        try {
            Mac mac = (Mac) keyed.clone();
            // A user name has no colon, so the two parts cannot be divided in another way
            mac.update((credentials.userName() + ":").getBytes(StandardCharsets.UTF_8));
            credentials.password().digestInto(mac);
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the " + ALGORITHM + " of this platform cannot be copied", e);
        }
    }

    Optional<Proof> find(String digest) {
        return Optional.ofNullable(proofs.getIfPresent(digest));
    }

    /**
     * Remembers what the verification proves. Calls with one token that come at the same time, such as those of a client that
     * just started, wait for one verification.
     *
     * @return a proof, maybe of a moment ago, whose version tells whether it still holds; empty when there was none at a moment
     *     since this call began
     */
    Optional<Proof> prove(String digest, Supplier<Optional<Proof>> verification) {
        var mine = new CompletableFuture<Optional<Proof>>();
        boolean waitedInVain = false;
        while (true) {
            CompletableFuture<Optional<Proof>> other = running.putIfAbsent(digest, mine);
            if (other == null) {
                return verify(digest, mine, verification);
            }
            Optional<Optional<Proof>> outcome = await(other);
            if (outcome.isEmpty()) {
                continue;
            }
            Optional<Proof> proof = outcome.get();
            if (proof.isPresent() || waitedInVain) {
                return proof;
            }
            // That one may have begun before the user was created or got this password; whichever runs next begins now
            waitedInVain = true;
        }
    }

    private Optional<Proof> verify(
            String digest, CompletableFuture<Optional<Proof>> mine, Supplier<Optional<Proof>> verification) {
        try {
            Optional<Proof> proof = verification.get();
            proof.ifPresent(found -> proofs.put(digest, found));
            // First of all: who was told in vain and asks again must not find this one again
            running.remove(digest, mine);
            mine.complete(proof);
            return proof;
        } catch (RuntimeException e) {
            running.remove(digest, mine);
            mine.completeExceptionally(e);
            throw e;
        } finally {
            running.remove(digest, mine);
            // Only after an Error is there still anybody to release
            mine.cancel(false);
        }
    }

    void forget(String digest) {
        proofs.invalidate(digest);
    }

    private static Mac keyed() {
        byte[] key = new byte[KEY_BYTES];
        new SecureRandom().nextBytes(key);
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** What another call found; empty when that gave up because its own client did. */
    private static Optional<Optional<Proof>> await(CompletableFuture<Optional<Proof>> proof) {
        try {
            return Optional.of(proof.join());
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProblemException refused && refused.problem() == Problem.REQUEST_TIMEOUT) {
                return Optional.empty();
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
