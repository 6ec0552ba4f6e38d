package io.gatehouse.password;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a password hash costs and how much hashing may go on at once. The defaults are OWASP's for Argon2id (Password
 * Storage Cheat Sheet).
 *
 * @param memory KiB for one hash
 * @param iterations passes over the memory of one hash
 * @param parallelism lanes of one hash
 * @param threads concurrent hashes; 0: half the processors, as far as half the heap has room
 * @param queue most waiting hashes; beyond it the heaviest recent requester is refused
 * @param queuePerNetwork most waiting hashes of one network (IPv6: /64) or known user
 * @param longestWait longest wait for a hash, 1 second to 1 minute; then it is refused
 */
@Validated
@ConfigurationProperties("gatehouse.hashing")
record HashingSettings(
        @DefaultValue("19456") @Min(8) @Max(4_194_304) int memory,
        @DefaultValue("2") @Min(1) @Max(100) int iterations,
        @DefaultValue("1") @Min(1) @Max(64) int parallelism,
        @DefaultValue("0") @Min(0) @Max(1024) int threads,
        @DefaultValue("100") @Min(1) @Max(10_000) int queue,
        @DefaultValue("40") @Min(1) @Max(10_000) int queuePerNetwork,

        @DefaultValue("10s") @DurationMin(seconds = 1) @DurationMax(minutes = 1)
        Duration longestWait) {

    int effectiveThreads() {
        Runtime runtime = Runtime.getRuntime();
        return threads > 0 ? threads : defaultThreads(runtime.availableProcessors(), runtime.maxMemory());
    }

    /** KiB that a stored hash may take: half of the heap, and always as much as one of today's. */
    int mostMemory(long heapBytes) {
        return (int) Math.max(memory, Math.min(Integer.MAX_VALUE, heapBytes / 2 / 1024));
    }

    /** Every hash under way holds its memory: more of them than fit would end the process, not slow it down. */
    int defaultThreads(int processors, long heapBytes) {
        long fitting = heapBytes / 2 / (memory * 1024L);
        return (int) Math.max(1, Math.min(processors / 2, fitting));
    }
}
