package io.gatehouse.password;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What a password hash costs and how much hashing may go on at once. The defaults are OWASP's for Argon2id (Password
 * Storage Cheat Sheet).
 *
 * @param memory KiB of memory for one hash
 * @param iterations passes over that memory
 * @param parallelism lanes of one hash
 * @param threads hashes computed at once; 0 stands for half the processors, as far as half the heap has room, at least one
 * @param queue hashes that may wait for a thread; beyond it a request is refused at once
 */
@Validated
@ConfigurationProperties("gatehouse.hashing")
record HashingSettings(
        @DefaultValue("19456") @Min(8) @Max(4_194_304) int memory,
        @DefaultValue("2") @Min(1) @Max(100) int iterations,
        @DefaultValue("1") @Min(1) @Max(64) int parallelism,
        @DefaultValue("0") @Min(0) @Max(1024) int threads,
        @DefaultValue("100") @Min(1) @Max(100_000) int queue) {

    int effectiveThreads() {
        Runtime runtime = Runtime.getRuntime();
        return threads > 0 ? threads : defaultThreads(runtime.availableProcessors(), runtime.maxMemory());
    }

    /** Every hash under way holds its memory: more of them than fit would end the process, not slow it down. */
    int defaultThreads(int processors, long heapBytes) {
        long fitting = heapBytes / 2 / (memory * 1024L);
        return (int) Math.max(1, Math.min(processors / 2, fitting));
    }
}
