package io.gatehouse.throttle;

import io.netty.util.internal.PlatformDependent;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How much large answers may take.
 *
 * @param memory the most memory of all large answers together, over all faces; beyond it one waits up to 2 seconds and is refused; 0 stands for a
 *     quarter of the heap, or half of the direct memory where that is less
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
