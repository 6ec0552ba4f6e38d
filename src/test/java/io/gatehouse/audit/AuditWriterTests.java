package io.gatehouse.audit;

import static io.gatehouse.audit.AuditFixture.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.transaction.support.DefaultTransactionStatus;
import tools.jackson.databind.json.JsonMapper;

/** What becomes of logins and refusals when the database takes them, late or never. */
@ExtendWith(OutputCaptureExtension.class)
class AuditWriterTests {

    private static final String LOST = "audit events were lost, as the database did not take them in time: count=";

    private final AuditFixture audit = new AuditFixture();
    private final Transactions transactions = new Transactions(audit.database);
    private final AuditLog noFile = AuditFixture.log(null);

    @TempDir
    private Path folder;

    @Test
    void writeWhenTheDatabaseIsThereThenComesIntoItAndThenIntoTheFile() throws IOException {
        AuditLog file = AuditFixture.log(folder.resolve("audit.jsonl"));
        AuditWriter writer = audit.writer(file, 2000);
        List<AuditEvent> events = IntStream.range(0, 1100)
                .mapToObj(i -> login(i, "user_" + i, null))
                .toList();
        events.forEach(writer::write);
        assertThat(waiting()).isEqualTo(1100);

        writer.start();
        Await.until("all are written", () -> waiting() == 0 && audit.written().size() == 1100);
        writer.stop();
        file.destroy();

        List<AuditEvent> newestFirst = new ArrayList<>(events);
        Collections.reverse(newestFirst);
        assertThat(audit.written()).isEqualTo(newestFirst);
        assertThat(Files.readAllLines(folder.resolve("audit.jsonl"))).hasSize(1100);
        assertThat(lost()).isZero();
    }

    @Test
    void writeWhenTheQueueIsFullThenIsLostAndThatIsSaidOnce(CapturedOutput output) {
        AuditWriter writer = audit.writer(noFile, 2);
        for (int i = 0; i < 5; i++) {
            writer.write(login(i, "user_" + i, null));
        }
        assertThat(lost()).isEqualTo(3);

        writer.start();

        Await.until("the loss is said", () -> output.getAll().contains(LOST + "3"));
        writer.stop();
        assertThat(output).containsOnlyOnce(LOST);
        assertThat(audit.written()).containsExactly(login(1, "user_1", null), login(0, "user_0", null));
    }

    @Test
    void writeWhenTheDatabaseIsAwayThenWaitsUntilItIsBack(CapturedOutput output) throws InterruptedException {
        AuditWriter writer = writer(10);
        startWhileAway(writer);
        writer.write(login(2, "user_2", null));

        transactions.begin = () -> {};

        Await.until("both are written", () -> audit.written().size() == 2);
        writer.stop();
        assertThat(lost()).isZero();
        assertThat(output).doesNotContain(LOST);
    }

    @Test
    void writeWhenTheAnswerToACommitIsLostThenIsWrittenOnce() {
        AuditWriter writer = writer(10);
        var lose = new AtomicBoolean(true);
        transactions.committed = () -> {
            if (lose.getAndSet(false)) {
                throw new TransactionSystemException("the answer is lost");
            }
        };
        writer.write(login(1, "user_1", null));
        writer.write(login(2, "user_2", null));

        writer.start();
        Await.until("it was tried", () -> !lose.get());
        writer.write(login(3, "user_3", null));
        Await.until("what comes later is written", () -> audit.written().contains(login(3, "user_3", null)));
        writer.stop();

        assertThat(audit.written())
                .containsExactly(login(3, "user_3", null), login(2, "user_2", null), login(1, "user_1", null));
        assertThat(lost()).isZero();
    }

    @Test
    void writeWhenTheDatabaseStaysAwayThenWhatIsLostIsSaidMeanwhile(CapturedOutput output) throws InterruptedException {
        AuditWriter writer = writer(1);
        startWhileAway(writer);

        writer.write(login(2, "user_2", null));
        writer.write(login(3, "user_3", null));

        Await.until("the loss is said", () -> output.getAll().contains(LOST + "1"));
        writer.stop();
        assertThat(lost()).isEqualTo(3);
    }

    @Test
    void stopWhenTheDatabaseIsAwayThenDoesNotWaitForItAndSaysWhatIsLost(CapturedOutput output)
            throws InterruptedException {
        AuditWriter writer = writer(10);
        CountDownLatch tried = goAway();
        for (int i = 0; i < 3; i++) {
            writer.write(login(i, "user_" + i, null));
        }
        assertThat(writer.isRunning()).isFalse();
        writer.start();
        assertThat(writer.isRunning()).isTrue();
        tried.await();

        writer.stop();
        writer.write(login(3, "user_3", null));

        assertThat(writer.isRunning()).isFalse();
        assertThat(lost()).isEqualTo(4);
        assertThat(waiting()).isZero();
        assertThat(output).contains(LOST + "3");
        assertThat(audit.written()).isEmpty();
    }

    @Test
    void stopWhenEventsWaitBehindThoseBeingWrittenThenAllAreWrittenFirst() {
        AuditWriter writer = writer(10);
        var stopping = new Thread(writer::stop);
        transactions.begin = () -> {
            transactions.begin = () -> {};
            writer.write(login(2, "user_2", null));
            writer.write(login(3, "user_3", null));
            stopping.start();
            Await.until("it is to stop", () -> !writer.isRunning());
        };
        writer.write(login(1, "user_1", null));

        writer.start();
        Await.until("it has stopped", () -> stopping.getState() == Thread.State.TERMINATED);

        assertThat(audit.written())
                .containsExactly(login(3, "user_3", null), login(2, "user_2", null), login(1, "user_1", null));
        assertThat(lost()).isZero();
    }

    @Test
    void stopWhenNeverStartedThenWhatWaitsIsLostAndSaid(CapturedOutput output) {
        AuditWriter writer = audit.writer(noFile, 10);
        writer.write(login(1, "user_1", null));
        writer.write(login(2, "user_2", null));

        writer.stop();

        assertThat(lost()).isEqualTo(2);
        assertThat(output).containsOnlyOnce(LOST + "2");
    }

    @Test
    void stopWhenNothingIsLostThenSaysNothing(CapturedOutput output) {
        AuditWriter writer = audit.writer(noFile, 10);
        writer.start();

        writer.stop();

        assertThat(lost()).isZero();
        assertThat(output).doesNotContain(LOST);
    }

    @Test
    void stopWhenItsCallerIsInterruptedThenDoesNotWaitAndHandsThatOn() {
        AuditWriter writer = audit.writer(noFile, 10);
        writer.start();
        Thread.currentThread().interrupt();

        writer.stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(writer.isRunning()).isFalse();
    }

    @Test
    void writeWhenItsThreadIsInterruptedThenEachLostEventIsCountedOnce() {
        AuditWriter writer = writer(10);
        transactions.begin = () -> {
            writer.write(login(2, "user_2", null));
            Thread.currentThread().interrupt();
            throw new CannotCreateTransactionException("away");
        };
        writer.write(login(1, "user_1", null));

        writer.start();
        Await.until("what was begun is lost", () -> lost() > 0);
        writer.stop();

        assertThat(lost()).isEqualTo(2);
    }

    @Test
    void writeWhenMemoryIsShortForAMomentThenIsWrittenOnceAndThatIsSaid(CapturedOutput output) {
        AuditWriter writer = writer(10);
        transactions.begin = failing(1, new OutOfMemoryError("begin"));
        transactions.committed = failing(1, new StackOverflowError("committed"));
        writer.write(login(1, "user_1", null));

        writer.start();
        Await.until("it is written", () -> audit.written().contains(login(1, "user_1", null)));
        writer.write(login(2, "user_2", null));
        Await.until("what comes later is written", () -> audit.written().size() == 2);
        writer.stop();

        assertThat(audit.written()).containsExactly(login(2, "user_2", null), login(1, "user_1", null));
        assertThat(lost()).isZero();
        assertThat(output)
                .contains("the audit trail could not be written, which is tried again")
                .contains("java.lang.OutOfMemoryError: begin")
                .contains("java.lang.StackOverflowError: committed");
    }

    @Test
    void writeWhenABatchFailsAgainAndAgainThenIsLostAndTheNextIsWritten() {
        AuditWriter writer = writer(10);
        transactions.begin = failing(3, new NoClassDefFoundError("begin"));
        writer.write(login(1, "user_1", null));

        writer.start();
        Await.until("it is lost", () -> lost() == 1);
        writer.write(login(2, "user_2", null));
        Await.until("what comes later is written", () -> audit.written().size() == 1);
        writer.stop();

        assertThat(audit.written()).containsExactly(login(2, "user_2", null));
        assertThat(lost()).isEqualTo(1);
    }

    @Test
    void writeWhenTheFileFailsThenNothingIsLostOrWrittenTwice() {
        Runnable fail = failing(1, new NoClassDefFoundError("file"));
        List<AuditEvent> lines = new CopyOnWriteArrayList<>();
        var failing = new AuditLog(JsonMapper.builder().build(), AuditFixture.settings(null, 10), Optional.empty()) {
            @Override
            void write(AuditEvent event) {
                fail.run();
                lines.add(event);
            }
        };
        AuditWriter writer = audit.writer(failing, 10);
        for (int i = 0; i < 3; i++) {
            writer.write(login(i, "user_" + i, null));
        }

        writer.start();
        Await.until("the others are in the file", () -> lines.size() == 2);
        writer.stop();

        assertThat(audit.written()).hasSize(3);
        assertThat(lost()).isZero();
    }

    /** Fails so often. */
    private static Runnable failing(int times, Error failure) {
        var left = new AtomicInteger(times);
        return () -> {
            if (left.getAndDecrement() > 0) {
                throw failure;
            }
        };
    }

    private AuditWriter writer(int queue) {
        return audit.writer(noFile, queue, transactions);
    }

    /** Has it try in vain to write one event. */
    private void startWhileAway(AuditWriter writer) throws InterruptedException {
        CountDownLatch tried = goAway();
        writer.write(login(1, "user_1", null));
        writer.start();
        tried.await();
    }

    /** From now on no transaction begins; tells when one was asked for. */
    private CountDownLatch goAway() {
        var tried = new CountDownLatch(1);
        transactions.begin = () -> {
            tried.countDown();
            throw new CannotCreateTransactionException("away");
        };
        return tried;
    }

    /** Those of the database, which a test can spoil. */
    private static final class Transactions extends JdbcTransactionManager {

        private static final long serialVersionUID = 1L;

        private transient volatile Runnable begin = () -> {};
        private transient volatile Runnable committed = () -> {};

        private Transactions(DataSource database) {
            super(database);
        }

        @Override
        protected void doBegin(Object transaction, TransactionDefinition definition) {
            begin.run();
            super.doBegin(transaction, definition);
        }

        @Override
        protected void doCommit(DefaultTransactionStatus status) {
            super.doCommit(status);
            committed.run();
        }
    }

    private double lost() {
        return audit.registry.get("gatehouse.audit.lost").counter().count();
    }

    private double waiting() {
        return audit.registry.get("gatehouse.audit.waiting").gauge().value();
    }
}
