package io.gatehouse.throttle;

import io.netty.util.internal.PlatformDependent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much large answers may take.
 *
 * @param memory memory for all large answers; others wait 2 seconds, then are refused. 0: a quarter of the heap, or half of the direct
 *     memory if less
 */
@Validated
@ConfigurationProperties("gatehouse.answers")
record AnswerSettings(@DefaultValue("0B") DataSize memory) {

    /** In bytes. */
    long most() {
        return memory.toBytes() > 0
                ? memory.toBytes()
                // What gRPC sends waits in direct memory
                : Math.min(Runtime.getRuntime().maxMemory() / 4, PlatformDependent.maxDirectMemory() / 2);
    }
}
