import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator.FixedBlockPool;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What first logins are compared with: the same hash by the same library, in memory that is used again as well, on as many
 * threads as Gatehouse uses by default, with nothing around it. Prints comparisons a second.
 *
 * <p>{@code java -cp 'lib/*' bench/BareHashes.java WARM_UP_SECONDS SECONDS}, where {@code lib} is that of the extracted jar.
 */
final class BareHashes {

    // As in HashingSettings and PasswordConfiguration
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final int PARALLELISM = 1;
    private static final int MEMORY_KIB = 19_456;
    private static final int ITERATIONS = 2;

    private static final double NANOS = 1e9;

    private BareHashes() {}

    public static void main(String[] arguments) throws InterruptedException {
        int threads = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        measure(threads, Long.parseLong(arguments[0]));
        System.out.printf("%.2f%n", measure(threads, Long.parseLong(arguments[1])));
    }

    private static double measure(int threads, long seconds) throws InterruptedException {
        byte[] hash = new Hash().of("P@ssw0rd");
        var count = new AtomicLong();
        var last = new AtomicLong();
        var failure = new AtomicReference<RuntimeException>();
        var done = new CountDownLatch(threads);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * NANOS);
        for (int i = 0; i < threads; i++) {
            new Thread(() -> {
                        try {
                            var own = new Hash();
                            while (System.nanoTime() < end) {
                                if (!Arrays.equals(own.of("P@ssw0rd"), hash)) {
                                    throw new IllegalStateException("the right password does not match");
                                }
                                count.incrementAndGet();
                                last.accumulateAndGet(System.nanoTime() - begin, Math::max);
                            }
                        } catch (RuntimeException e) {
                            failure.set(e);
                        } finally {
                            done.countDown();
                        }
                    })
                    .start();
        }
        done.await();
        if (failure.get() != null) {
            throw failure.get();
        }
        return count.get() / (last.get() / NANOS);
    }

    private static final class Hash {

        private final Argon2BytesGenerator generator = new Argon2BytesGenerator();

        Hash() {
            generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                    .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                    .withMemoryAsKB(MEMORY_KIB)
                    .withIterations(ITERATIONS)
                    .withParallelism(PARALLELISM)
                    .withSalt(new byte[SALT_BYTES])
                    .withBlockPool(new FixedBlockPool(Argon2BytesGenerator.getBlockCount(MEMORY_KIB, PARALLELISM)))
                    .build());
        }

        byte[] of(String password) {
            byte[] hash = new byte[HASH_BYTES];
            generator.generateBytes(password.getBytes(StandardCharsets.UTF_8), hash);
            return hash;
        }
    }
}
