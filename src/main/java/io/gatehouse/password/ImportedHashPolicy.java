package io.gatehouse.password;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import org.springframework.stereotype.Component;

/**
 * Which hashes may be taken over from elsewhere: those that are well-formed, of a kind that is read here, and no dearer than what
 * this server can bear. Whoever knows the name of a user makes its hash be computed as often as it likes, so a hash of bcrypt's cost
 * 31 (days) or of gigabytes of memory would stop every login.
 */
@Component
public class ImportedHashPolicy {

    /** About 0.3 s; Milvus' own have 4, most other programs 10. */
    private static final int MOST_BCRYPT_COST = 12;

    private static final int LEAST_BCRYPT_COST = 4;
    private static final int MOST_ITERATIONS = 10;

    /** What Argon2 needs of each lane, in KiB (RFC 9106, 3.1). */
    private static final int LEAST_MEMORY_OF_A_LANE = 8;

    private static final int MOST_LANES = 64;

    private final int mostMemory;
    private final int mostIterations;

    ImportedHashPolicy(HashingSettings settings) {
        // The number of threads is chosen so that as many hashes of this size fit into the heap
        this.mostMemory = settings.memory();
        this.mostIterations = Math.max(MOST_ITERATIONS, settings.iterations());
    }

    /**
     * Checks a hash from elsewhere.
     *
     * @param foreign in the storage format, or as Milvus keeps it: bcrypt without a prefix
     * @return the hash in the storage format
     * @throws ProblemException {@link Problem#INVALID_PASSWORD}; its text holds nothing of the hash
     */
    public PasswordHash check(PasswordHash foreign) {
        var hash = PasswordHash.ofMilvus(foreign.encoded());
        if (hash.isBcrypt()) {
            checkBcrypt(hash);
        } else if (hash.isArgon2()) {
            checkArgon2(hash);
        } else {
            throw refusal("is of no kind that is read here: {argon2}, {bcrypt}, or bcrypt as Milvus has it");
        }
        return hash;
    }

    private static void checkBcrypt(PasswordHash hash) {
        int cost = HashKind.bcryptCost(hash).orElseThrow(ImportedHashPolicy::malformed);
        if (cost < LEAST_BCRYPT_COST || cost > MOST_BCRYPT_COST) {
            throw refusal(
                    "has a cost of bcrypt that is not from %d to %d".formatted(LEAST_BCRYPT_COST, MOST_BCRYPT_COST));
        }
    }

    private void checkArgon2(PasswordHash hash) {
        Argon2Cost cost = Argon2Cost.of(hash).orElseThrow(ImportedHashPolicy::malformed);
        if (cost.memory() > mostMemory) {
            throw refusal("takes more than %d KiB of memory (gatehouse.hashing.memory)".formatted(mostMemory));
        }
        if (cost.iterations() > mostIterations) {
            throw refusal("takes more than %d passes over its memory".formatted(mostIterations));
        }
        if (cost.lanes() > MOST_LANES || cost.memory() < LEAST_MEMORY_OF_A_LANE * cost.lanes()) {
            throw malformed();
        }
    }

    private static ProblemException malformed() {
        return refusal("is malformed");
    }

    private static ProblemException refusal(String what) {
        return new ProblemException(Problem.INVALID_PASSWORD, "the password hash " + what);
    }
}
