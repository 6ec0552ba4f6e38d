package io.gatehouse.audit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import ch.qos.logback.core.rolling.TriggeringPolicy;
import ch.qos.logback.core.status.Status;
import io.gatehouse.settings.StartRefused;
import io.gatehouse.storage.PrivateFiles;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The file {@code gatehouse.audit.log-file}: every event as a line of JSON, after it is in the database. Logback writes and rolls it,
 * but no logger leads to it, so that no level and no other log's setting can keep an event out. Its files are their owner's alone.
 * A command appends to the file that a server may have open, and leaves it to the server to roll it.
 */
@Component
class AuditLog implements DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(AuditLog.class);

    private final JsonMapper json;
    private final LoggerContext context = new LoggerContext();
    private final @Nullable RollingFileAppender<ILoggingEvent> appender;

    AuditLog(JsonMapper json, AuditSettings settings, Optional<AuditRollover> rollover) {
        this.json = json;
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.getStatusManager().add(AuditLog::say);
        this.appender = settings.logFile() == null ? null : open(settings.logFile(), rollover);
    }

    /** Whether there is no file. */
    boolean isOff() {
        return appender == null;
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

    private RollingFileAppender<ILoggingEvent> open(Path file, Optional<AuditRollover> rollover) {
        var opened = new PrivateFile();
        opened.setContext(context);
        opened.setFile(file.toString());

        var lines = new PatternLayoutEncoder();
        lines.setContext(context);
        lines.setPattern("%msg%n");
        lines.start();
        opened.setEncoder(lines);

        RollingPolicyBase rolling = rollover.<RollingPolicyBase>map(known -> known.policy(file, context))
                .orElseGet(NoRollover::new);
        rolling.setContext(context);
        rolling.setParent(opened);
        rolling.start();
        opened.setRollingPolicy(rolling);

        opened.start();
        if (!opened.isStarted()) {
            throw new StartRefused(
                    "gatehouse.audit.log-file cannot be written: " + file,
                    "Name a file in a folder that Gatehouse may write to.");
        }
        return opened;
    }

    /** For a process that is not the only one to write to the file. */
    private static final class NoRollover extends RollingPolicyBase implements TriggeringPolicy<ILoggingEvent> {

        @Override
        public boolean isTriggeringEvent(File file, ILoggingEvent event) {
            return false;
        }

        @Override
        public void rollover() {
            throw new RolloverFailure("only a server rolls the audit log");
        }

        @Override
        public String getActiveFileName() {
            return getParentsRawFileProperty();
        }
    }

    /**
     * Makes its file before Logback would, so that nobody else can open it in between; rolling renames it. When somebody else
     * renamed or deleted it, as logrotate does, the next event begins a new one.
     */
    private static final class PrivateFile extends RollingFileAppender<ILoggingEvent> {

        private @Nullable Object opened;

        @Override
        public void openFile(String name) throws IOException {
            Path file = Path.of(name).toAbsolutePath();
            Path folder = Objects.requireNonNull(file.getParent());
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
            PrivateFiles.prepare(file);
            PrivateFiles.closeAll(folder, file.getFileName() + ".");
            opened = key(name);
            try {
                super.openFile(name);
            } catch (IOException e) {
                // The next event tries again
                opened = null;
                throw e;
            }
        }

        @Override
        protected void subAppend(ILoggingEvent event) {
            streamWriteLock.lock();
            try {
                if (!Objects.equals(opened, key(getFile()))) {
                    openFile(getFile());
                }
            } catch (IOException e) {
                addError("the audit log cannot be opened again: " + getFile(), e);
            } finally {
                streamWriteLock.unlock();
            }
            super.subAppend(event);
        }

        /** What a file keeps when it is renamed; null when there is no file, or the file system does not say it. */
        private static @Nullable Object key(String name) throws IOException {
            try {
                return Files.readAttributes(Path.of(name), BasicFileAttributes.class)
                        .fileKey();
            } catch (NoSuchFileException e) {
                return null;
            }
        }
    }
}
