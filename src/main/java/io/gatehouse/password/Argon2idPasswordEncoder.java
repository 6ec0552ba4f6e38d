package io.gatehouse.password;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.BlockPool;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.password.AbstractValidatingPasswordEncoder;

/**
 * Argon2id (RFC 9106) in the text form of its reference implementation, which Spring Security's {@code
 * Argon2PasswordEncoder} reads and writes too. Unlike that one it keeps the memory that a hash works in for the next hash:
 * 19 MiB of garbage each would keep the collector as busy as the hash itself, and stop those who need no hash.
 */
final class Argon2idPasswordEncoder extends AbstractValidatingPasswordEncoder {

    private static final Logger log = LoggerFactory.getLogger(Argon2idPasswordEncoder.class);

    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final String BASE64 = "((?:[A-Za-z0-9+/]{4}){2,64}(?:[A-Za-z0-9+/]{2,3})?)";

    /** At most 9.5 GiB and 999 lanes, far above what HashingSettings allows: nothing else could be computed. */
    static final Pattern FORM = Pattern.compile(
            "\\$(argon2(?:id|i|d))(?:\\$v=(16|19))?\\$m=([1-9]\\d{0,6}),t=([1-9]\\d{0,6}),p=([1-9]\\d{0,2})" + "\\$"
                    + BASE64 + "\\$" + BASE64);

    private final SecureRandom random = new SecureRandom();
    private final int memory;
    private final int iterations;
    private final int parallelism;

    /** In KiB: a hash from other settings may need more than one of today's, and waits until there is room for it. */
    private final int mostMemory;

    private final Semaphore freeMemory;

    /** As many as hashes were ever computed at once, which the hasher's threads bound. */
    private final Queue<BlockPool> idle = new ConcurrentLinkedQueue<>();

    /**
     * An encoder whose new hashes cost as much as said.
     *
     * @param memory KiB
     * @param iterations passes over the memory
     * @param parallelism lanes
     * @param threads how many hashes are computed at once; together they take no more memory than as many of today's
     */
    Argon2idPasswordEncoder(int memory, int iterations, int parallelism, int threads) {
        this.memory = memory;
        this.iterations = iterations;
        this.parallelism = parallelism;
        this.mostMemory = (int) Math.min(Integer.MAX_VALUE, (long) memory * threads);
        this.freeMemory = new Semaphore(mostMemory, true);
    }

    /** How new hashes begin, up to their salt. */
    String kind() {
        return "$argon2id$v=%d$m=%d,t=%d,p=%d"
                .formatted(Argon2Parameters.ARGON2_VERSION_13, memory, iterations, parallelism);
    }

    @Override
    protected String encodeNonNullPassword(String password) {
        byte[] salt = random(SALT_BYTES);
        var parameters = new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(memory)
                .withIterations(iterations)
                .withParallelism(parallelism)
                .withSalt(salt);
        return print(salt, compute(password, parameters, memory, HASH_BYTES));
    }

    @Override
    protected boolean matchesNonNull(String password, String encoded) {
        Matcher stored = FORM.matcher(encoded);
        if (!stored.matches()) {
            log.warn("a stored password hash is not in Argon2's form: nobody can log in with it");
            return false;
        }
        var parameters = new Argon2Parameters.Builder(type(stored))
                .withVersion(version(stored))
                .withMemoryAsKB(number(stored, 3))
                .withIterations(number(stored, 4))
                .withParallelism(number(stored, 5))
                .withSalt(bytes(stored, 6));
        byte[] expected = bytes(stored, 7);
        return MessageDigest.isEqual(expected, compute(password, parameters, number(stored, 3), expected.length));
    }

    @Override
    protected boolean upgradeEncodingNonNull(String encoded) {
        Matcher stored = FORM.matcher(encoded);
        return !stored.matches()
                || !stored.group(1).equals("argon2id")
                || version(stored) < Argon2Parameters.ARGON2_VERSION_13
                || number(stored, 3) < memory
                || number(stored, 4) < iterations
                || bytes(stored, 6).length < SALT_BYTES
                || bytes(stored, 7).length < HASH_BYTES;
    }

    private byte[] compute(String password, Argon2Parameters.Builder parameters, int memoryOfHash, int length) {
        int taken = Math.min(memoryOfHash, mostMemory);
        freeMemory.acquireUninterruptibly(taken);
        if (memoryOfHash > memory) {
            // What is kept for the next hashes counts as free, and this one needs more
            idle.clear();
        }
        try {
            return compute(password, parameters, length);
        } finally {
            freeMemory.release(taken);
        }
    }

    private byte[] compute(String password, Argon2Parameters.Builder parameters, int length) {
        BlockPool polled = idle.poll();
        BlockPool pool =
                polled == null ? new FixedBlockPool(Argon2BytesGenerator.getBlockCount(memory, parallelism)) : polled;
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        byte[] hash = new byte[length];
        try {
            var generator = new Argon2BytesGenerator();
            generator.init(parameters.withBlockPool(pool).build());
            generator.generateBytes(bytes, hash);
            return hash;
        } finally {
            // The generator has cleared the blocks
            idle.add(pool);
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** For how many hashes memory is kept. */
    int kept() {
        return idle.size();
    }

    private String print(byte[] salt, byte[] hash) {
        Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
        return kind() + "$" + base64.encodeToString(salt) + "$" + base64.encodeToString(hash);
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int type(Matcher stored) {
        return switch (stored.group(1)) {
            case "argon2d" -> Argon2Parameters.ARGON2_d;
            case "argon2i" -> Argon2Parameters.ARGON2_i;
            default -> Argon2Parameters.ARGON2_id;
        };
    }

    /** Hashes from before version 1.3 do not name theirs. */
    private static int version(Matcher stored) {
        return stored.group(2) == null ? Argon2Parameters.ARGON2_VERSION_10 : number(stored, 2);
    }

    private static int number(Matcher stored, int group) {
        return Integer.parseInt(stored.group(group));
    }

    private static byte[] bytes(Matcher stored, int group) {
        return Base64.getDecoder().decode(stored.group(group));
    }
}
