import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;

/**
 * What first logins are compared with: the same comparison of the same hash, on as many threads as Gatehouse uses by
 * default, with nothing around it. Prints comparisons a second.
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
        var encoder = new Argon2PasswordEncoder(SALT_BYTES, HASH_BYTES, PARALLELISM, MEMORY_KIB, ITERATIONS);
        String hash = encoder.encode("P@ssw0rd");
        var count = new AtomicLong();
        var last = new AtomicLong();
        var failure = new AtomicReference<RuntimeException>();
        var done = new CountDownLatch(threads);
        long begin = System.nanoTime();
        long end = begin + (long) (seconds * NANOS);
        for (int i = 0; i < threads; i++) {
            new Thread(() -> {
                        try {
                            while (System.nanoTime() < end) {
                                if (!encoder.matches("P@ssw0rd", hash)) {
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
}
