package io.gatehouse.authentication;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
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

    /** Each may take as long as the hash queue lets anybody wait. */
    private static final int MOST_WAITS = 2;

    /** Why a call is refused whose address failed too often, whose place in the hash queue another one got, or whose client went. */
    private static final Set<Problem.Kind> OF_ITS_CALLER =
            Set.of(Problem.Kind.THROTTLED, Problem.Kind.OVERLOADED, Problem.Kind.TIMED_OUT);

    /** With its key, never used itself: a copy of it costs less than to find and set up another for each call. */
    private final Mac keyed;

    private final Cache<String, Proof> proofs;
    private final Cache<Origin, Boolean> origins;
    private final ConcurrentMap<String, CompletableFuture<Optional<Proof>>> running = new ConcurrentHashMap<>();
    private final WaitingCallers waiting;

    /** A network that has shown a token which was right. */
    private record Origin(String digest, String network) {}

    VerifiedTokens(WaitingCallers waiting, MeterRegistry registry) {
        this.waiting = waiting;
        keyed = keyed();
        proofs = bounded().recordStats().build();
        origins = bounded().build();
        CaffeineCacheMetrics.monitor(registry, proofs, "verified-tokens");
    }

    /** The name under which a token is remembered. */
    String digest(Token token) {
        try {
            Mac mac = (Mac) keyed.clone();
            token.digestInto(mac);
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the " + ALGORITHM + " of this platform cannot be copied", e);
        }
    }

    Optional<Proof> find(String digest) {
        return Optional.ofNullable(proofs.getIfPresent(digest));
    }

    /** Whether a network has shown the token before, when the throttle let it. For any other network a remembered token is a guess. */
    boolean isKnownFrom(String digest, String network) {
        return origins.getIfPresent(new Origin(digest, network)) != null;
    }

    /** Remembers that a network has shown the token, which was right. */
    void shownFrom(String digest, String network) {
        origins.asMap().putIfAbsent(new Origin(digest, network), true);
    }

    /**
     * What came of a verification.
     *
     * @param proof a proof, maybe of a moment ago, which may have ended since; empty when there was none at a moment
     *     since the call began
     * @param ofAnother whether another call with the same token verified it
     */
    record Verdict(Optional<Proof> proof, boolean ofAnother) {}

    /**
     * Remembers what the verification proves. Calls with one token that come at the same time, such as those of a client that
     * just started, wait for one verification. A caller whose predecessor was refused for reasons of its own verifies by itself.
     *
     * @param network the caller's, as {@code address.Network} names it
     * @throws ProblemException {@link Problem#OVERLOADED} when too many wait, and whatever the verification throws
     */
    Verdict prove(String digest, String network, Supplier<Optional<Proof>> verification) {
        var mine = new CompletableFuture<Optional<Proof>>();
        for (int waits = 0; waits < MOST_WAITS; waits++) {
            CompletableFuture<Optional<Proof>> other = running.putIfAbsent(digest, mine);
            if (other == null) {
                break;
            }
            Optional<Optional<Proof>> outcome = await(network, other);
            // The first one may have begun before the user was created or got this password; the second began since
            if (outcome.isPresent() && (outcome.get().isPresent() || waits > 0)) {
                return new Verdict(outcome.get(), true);
            }
        }
        return verify(digest, network, mine, verification);
    }

    private Verdict verify(
            String digest,
            String network,
            CompletableFuture<Optional<Proof>> mine,
            Supplier<Optional<Proof>> verification) {
        try {
            // Another call may have proven it since this one looked
            Optional<Proof> known = Optional.ofNullable(proofs.asMap().get(digest));
            Optional<Proof> proof = known.or(() -> remembered(digest, network, verification.get()));
            // First of all: who was told in vain and asks again must not find this one again
            running.remove(digest, mine);
            mine.complete(proof);
            return new Verdict(proof, known.isPresent());
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

    private Optional<Proof> remembered(String digest, String network, Optional<Proof> verified) {
        verified.ifPresent(proof -> {
            shownFrom(digest, network);
            proofs.put(digest, proof);
        });
        return verified;
    }

    /** Forgets this proof, and no newer one. */
    void forget(String digest, Proof proof) {
        proofs.asMap().remove(digest, proof);
    }

    private static Caffeine<Object, Object> bounded() {
        return Caffeine.newBuilder().maximumSize(MOST_TOKENS).expireAfterAccess(KEPT_UNUSED);
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

    /** What another call found; empty when it was refused as this one need not be. */
    private Optional<Optional<Proof>> await(String network, CompletableFuture<Optional<Proof>> proof) {
        try {
            return Optional.of(waiting.await(network, proof));
        } catch (CompletionException e) {
            if (e.getCause() instanceof ProblemException refused
                    && OF_ITS_CALLER.contains(refused.problem().kind())) {
                return Optional.empty();
            }
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
