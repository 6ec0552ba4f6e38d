package io.gatehouse.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.OperationEnded;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What becomes of what the module user tells. */
class AuditTrailTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");

    @TempDir
    private Path folder;

    private final AuditFixture audit = new AuditFixture();
    private AuditLog log;
    private AuditWriter writer;
    private RepeatedRefusals refusals;
    private AuditTrail trail;

    @BeforeEach
    void open() {
        log = AuditFixture.log(folder.resolve("audit.jsonl"));
        writer = audit.writer(log, 100);
        refusals = audit.refusals(writer, 100);
        trail = new AuditTrail(new AuditClock(), audit.store, audit.size, writer, refusals, log);
    }

    @AfterEach
    void close() {
        log.destroy();
    }

    @Test
    void changeWhenCommittedThenIsInTheTrailAndThenInTheFile() {
        var change = new Operation(Action.GRANT_ROLE, CLIENT, "root", "user_1", "admin");

        new TransactionTemplate(audit.transactions).executeWithoutResult(status -> {
            trail.on(new UserChanged(change, 1));
            assertThat(lines()).isEmpty();
        });

        AuditEvent written = audit.written().get(0);
        assertThat(written).isEqualTo(AuditEvent.of(written.time(), change, null));
        assertThat(written.result()).isEqualTo("success");
        assertThat(lines()).containsExactly("""
                        {"time":"%s","action":"grant-role","interface":"api","user":"root","target":"user_1","role":"admin",\
                        "address":"192.0.2.1","result":"success","requestId":"0123456789abcdef","count":1}""".formatted(written.time()));
    }

    @Test
    void changeWhenRolledBackThenIsNowhere() {
        new TransactionTemplate(audit.transactions).executeWithoutResult(status -> {
            trail.on(new UserChanged(new Operation(Action.DROP_USER, CLIENT, "root", "user_1", null), 1));
            status.setRollbackOnly();
        });

        assertThat(audit.written()).isEmpty();
        assertThat(lines()).isEmpty();
    }

    @Test
    void changesWhenThereAreManyInOneTransactionThenOnlyABatchOfThemIsKeptUntilTheCommit() {
        audit.size.measured(0);

        new TransactionTemplate(audit.transactions).executeWithoutResult(status -> {
            for (int i = 0; i < 1200; i++) {
                trail.on(new UserChanged(new Operation(Action.IMPORT_USER, CLIENT, null, "user_" + i, null), i));
            }
            assertThat(TransactionSynchronizationManager.getSynchronizations()).hasSize(1);
            assertThat(audit.written()).hasSize(1000);
            assertThat(lines()).isEmpty();
        });

        List<AuditEvent> written = audit.written();
        assertThat(written).hasSize(1200);
        assertThat(written.get(0).target()).isEqualTo("user_1199");
        assertThat(audit.size.bytes()).isEqualTo(audit.store.measure());
        assertThat(lines()).hasSize(1200);
        assertThat(lines().get(0)).contains("\"target\":\"user_0\"");
        assertThat(lines().get(1199)).contains("\"target\":\"user_1199\"");
    }

    @Test
    void changesWhenTheyCannotBeWrittenThenAreUndone() {
        audit.goAway();

        assertThatThrownBy(() -> new TransactionTemplate(audit.transactions)
                        .executeWithoutResult(status -> trail.on(
                                new UserChanged(new Operation(Action.DROP_USER, CLIENT, "root", "user_1", null), 1))))
                .isInstanceOf(DataAccessException.class);

        audit.comeBack();
        assertThat(audit.written()).isEmpty();
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"TOO_MANY_ATTEMPTS", "OVERLOADED", "STORAGE_UNAVAILABLE", "UNAUTHENTICATED"})
    void loginWhenRefusedThenHasOneEventForEachAddressFaceAndReason(Problem reason) {
        end(login(CLIENT), reason);
        end(login(CLIENT), reason);
        end(login(new Client(Face.API, "192.0.2.1", "another")), reason);
        end(login(new Client(Face.GRPC, "192.0.2.1", "0123456789abcdef")), reason);
        end(login(new Client(Face.API, "192.0.2.2", "0123456789abcdef")), reason);

        assertThat(written())
                .extracting(line -> line.substring(line.length() - 1))
                .containsExactly("1", "1", "3");
        assertThat(coalesced()).isEqualTo(2);
    }

    @Test
    void operationWhenItSucceedsThenAlwaysHasAnEventAndARefusalOnceAMinute() {
        var create = new Operation(Action.CREATE_USER, CLIENT, "root", "user_1", null);
        for (int i = 0; i < 2; i++) {
            end(login(CLIENT), Problem.UNAUTHENTICATED);
            end(create, Problem.STORAGE_UNAVAILABLE);
            trail.on(new OperationEnded(login(CLIENT), null));
        }

        assertThat(written())
                .containsExactly(
                        "login success null 1",
                        "login success null 1",
                        "create-user failed storage-unavailable 2",
                        "login denied unauthenticated 2");
        assertThat(coalesced()).isEqualTo(2);
    }

    @Test
    void addressWhenLongThenItsBeginIsKept() {
        end(login(new Client(Face.API, "x".repeat(65), "0123456789abcdef")), Problem.UNAUTHENTICATED);
        end(login(new Client(Face.API, "y".repeat(64), "0123456789abcdef")), Problem.UNAUTHENTICATED);

        writeAll();
        assertThat(audit.written().stream().map(AuditEvent::address)).containsExactly("y".repeat(64), "x".repeat(64));
    }

    private static Operation login(Client client) {
        return new Operation(Action.LOGIN, client, null, null, null);
    }

    private void end(Operation operation, Problem reason) {
        trail.on(new OperationEnded(operation, reason));
    }

    private List<String> written() {
        writeAll();
        return audit.written().stream()
                .map(event -> event.action() + " " + event.result() + " " + event.reason() + " " + event.count())
                .toList();
    }

    private void writeAll() {
        refusals.stop();
        writer.start();
        writer.stop();
    }

    private double coalesced() {
        return audit.registry.get("gatehouse.audit.coalesced").counter().count();
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(folder.resolve("audit.jsonl"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
