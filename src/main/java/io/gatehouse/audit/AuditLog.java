package io.gatehouse.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.util.FileSize;
import io.gatehouse.storage.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code gatehouse.audit.log-file}: every event as a line of JSON, after it is in the database. Logback writes and rolls it,
 * but no logger leads to it, so that no level and no other log's setting can keep an event out. Its files are their owner's alone.
 */
@Component
class AuditLog implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private static final long LARGEST_FILE = 100 * FileSize.MB_COEFFICIENT;

    private final JsonMapper json;
    private final LoggerContext context = new LoggerContext();
    private final @Nullable RollingFileAppender<ILoggingEvent> appender;

    AuditLog(JsonMapper json, AuditSettings settings) {
        this.json = json;
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.getStatusManager().add(AuditLog::say);
        this.appender = settings.logFile() == null ? null : open(settings.logFile(), settings);
    }

    void write(AuditEvent event) {
        if (appender != null) {
            appender.doAppend(new LoggingEvent(
                    "", context.getLogger("audit"), Level.INFO, json.writeValueAsString(event), null, null));
        }
    }

    /** Logback throws nothing: a full disk, for one, is a status. */
    private static void say(Status status) {
        if (status.getEffectiveLevel() >= Status.WARN) {
            log.warn("audit log: {}", status.getMessage(), status.getThrowable());
        }
    }

    @Override
    public void destroy() {
        if (appender != null) {
            appender.stop();
        }
    }

    private RollingFileAppender<ILoggingEvent> open(Path file, AuditSettings settings) {
        var opened = new PrivateFile();
        opened.setContext(context);
        opened.setFile(file.toString());

        var lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern("%msg%n");
        lines.start();
        opened.setEncoder(lines);

        var rolling = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
        rolling.setContext(context);
        rolling.setParent(opened);
        // Not compressed: Logback would make the compressed file as one that others may read
        rolling.setFileNamePattern(file + ".%d.%i");
        long most = settings.maxSize().toBytes();
        rolling.setMaxFileSize(new FileSize(Math.min(LARGEST_FILE, most / 10)));
        rolling.setTotalSizeCap(new FileSize(most));
        rolling.setMaxHistory((int) Math.max(1, settings.keptFor().toDays()));
        rolling.start();
        opened.setRollingPolicy(rolling);

        opened.start();
        if (!opened.isStarted()) {
            throw new AuditLogException("gatehouse.audit.log-file cannot be written: " + file);
        }
        return opened;
    }

    /** Makes its file before Logback would, so that nobody else can open it in between; rolling renames it. */
    private static final class PrivateFile extends RollingFileAppender<ILoggingEvent> {

        @Override
        public void openFile(String name) throws IOException {
            Path file = Path.of(name).toAbsolutePath();
            Path folder = Objects.requireNonNull(file.getParent());
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            PrivateFiles.prepare(file);
            PrivateFiles.closeAll(folder, file.getFileName() + ".");
            super.openFile(name);
        }
    }
}
