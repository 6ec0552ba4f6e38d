package io.gatehouse.audit;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Context;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/** When a server rolls the audit log; a command does not, for it would take the file away from the server that has it open. */
@Component
@ConditionalOnWebApplication
class AuditRollover {

    private static final long LARGEST_FILE = 100 * FileSize.MB_COEFFICIENT;

    private final AuditSettings settings;

    AuditRollover(AuditSettings settings) {
        this.settings = settings;
    }

    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy(Path file, Context context) {
        var policy = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
        // First: what the setters have to say would else be printed
        policy.setContext(context);
        // Not compressed: Logback would make the compressed file as one that others may read
        policy.setFileNamePattern(file + ".%d.%i");
        long most = settings.maxSize().toBytes();
        policy.setMaxFileSize(new FileSize(Math.min(LARGEST_FILE, most / 10)));
        policy.setTotalSizeCap(new FileSize(most));
        policy.setMaxHistory((int) settings.keptFor().toDays());
        return policy;
    }
}
