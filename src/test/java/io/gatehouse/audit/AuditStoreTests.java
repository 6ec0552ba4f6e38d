package io.gatehouse.audit;

import static io.gatehouse.audit.AuditFixture.ALL;
import static io.gatehouse.audit.AuditFixture.TIME;
import static io.gatehouse.audit.AuditFixture.login;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.OperationEnded;
import io.gatehouse.caller.Operations;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.util.unit.DataSize;

/** What is kept, for how long, and who finds which part of it. */
@ExtendWith(OutputCaptureExtension.class)
class AuditStoreTests {

    private static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");
    private static final Caller ROOT = new ProvenUser("root", Set.of(), false, true, CLIENT);

    private static final AuditEvent GRANTED = new AuditEvent(
            TIME.plusNanos(3000),
            "grant-role",
            "grpc",
            "root",
            "user_1",
            "admin",
            "192.0.2.2",
            "failed",
            "storage-unavailable",
            "fedcba9876543210",
            1);

    private final AuditFixture audit = new AuditFixture();
    private final List<Object> published = new ArrayList<>();
    private final AuditReader reader = new AuditReader(audit.store, new Operations(published::add));

    @BeforeEach
    void write() {
        audit.store.insert(login(1, "root", null));
        audit.store.insertAll(List.of(login(2, "user_1", "unauthenticated"), GRANTED));
    }

    @Test
    void findWhenNothingIsAskedForThenIsAllAsItWasTheNewestFirst() {
        assertThat(audit.written())
                .containsExactly(GRANTED, login(2, "user_1", "unauthenticated"), login(1, "root", null));
    }

    @Test
    void findWhenFilteredThenOnlyWhatFitsAllFilters() {
        assertThat(found(AuditQuery.of("root", null, null, null, null, null, null)))
                .containsExactly(GRANTED, login(1, "root", null));
        assertThat(found(AuditQuery.of(null, "user_1", null, null, null, null, null)))
                .containsExactly(GRANTED);
        assertThat(found(AuditQuery.of(null, null, "login", null, null, null, null)))
                .hasSize(2);
        assertThat(found(AuditQuery.of(null, null, null, "denied", null, null, null)))
                .containsExactly(login(2, "user_1", "unauthenticated"));
        assertThat(found(AuditQuery.of("root", null, "login", null, null, null, null)))
                .containsExactly(login(1, "root", null));
        assertThat(found(AuditQuery.of("root", null, null, "denied", null, null, null)))
                .isEmpty();
    }

    /** H2 says how many rows a query read. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, grant-role, -, 1",
                "-, -, grant-role, failed, 1",
                "-, -, grant-role, success, 0",
                "-, -, login, -, 10",
                "-, -, login, success, 1",
                "-, -, login, failed, 0",
                "-, -, drop-user, -, 0",
                "-, -, -, failed, 1",
                "-, -, -, success, 1",
                "-, -, -, denied, 10",
                "user_1, -, -, -, 10",
                "-, user_1, -, -, 1",
                "-, -, -, -, 10"
            })
    void findWhenTheTrailIsLongThenReadsFewEvents(String user, String target, String action, String result, int found) {
        fill(100, 3000, "unauthenticated");
        List<String> plans = new ArrayList<>();
        var explaining = new AuditStore(new NamedParameterJdbcTemplate(audit.database) {
            @Override
            public <T> List<T> query(String sql, SqlParameterSource parameters, RowMapper<T> rows) {
                plans.addAll(super.query("explain analyze " + sql, parameters, (row, number) -> row.getString(1)));
                return super.query(sql, parameters, rows);
            }
        });

        AuditQuery query = AuditQuery.of(user, target, action, result, null, null, null);

        assertThat(explaining.find(query, 10)).hasSize(found);
        assertThat(plans).isNotEmpty().allSatisfy(plan -> {
            Matcher scanned = Pattern.compile("scanCount: ([0-9]+)").matcher(plan);
            assertThat(scanned.find()).as(plan).isTrue();
            assertThat(Integer.parseInt(scanned.group(1))).as(plan).isLessThan(20);
        });
    }

    @Test
    void findWhenTimesAreGivenThenFromIsInAndToIsOut() {
        String second = login(2, null, null).time().toString();

        assertThat(found(AuditQuery.of(null, null, null, null, second, null, null)))
                .hasSize(2);
        assertThat(found(AuditQuery.of(null, null, null, null, null, second, null)))
                .containsExactly(login(1, "root", null));
    }

    @Test
    void readWhenInPagesThenEachEventComesOnceThoughTimesAreTheSame() {
        audit.store.insertAll(
                IntStream.range(0, 4).mapToObj(i -> login(9, "same_" + i, null)).toList());

        List<String> seen = new ArrayList<>();
        Optional<AuditCursor> next = Optional.empty();
        int pages = 0;
        do {
            String after = next.map(AuditCursor::toString).orElse(null);
            AuditReader.Page page = reader.read(ROOT, AuditQuery.of(null, null, null, null, null, null, after), 3);
            page.events().forEach(event -> seen.add(event.action() + " " + event.user()));
            next = page.next();
            pages++;
        } while (next.isPresent());

        assertThat(seen)
                .containsExactly(
                        "login same_3",
                        "login same_2",
                        "login same_1",
                        "login same_0",
                        "grant-role root",
                        "login user_1",
                        "login root");
        assertThat(pages).isEqualTo(3);
        assertThat(published).isEmpty();
    }

    @Test
    void readWhenThePageHoldsAllThenThereIsNoNext() {
        assertThat(reader.read(ROOT, ALL, 3).next()).isEmpty();
        assertThat(reader.read(ROOT, ALL, 2).next()).isPresent();
    }

    @Test
    void listWhenThereIsMoreThenTheAnswerNamesTheNextPage() {
        var controller = new AuditEventsController(reader);

        var first = controller.list(ROOT, null, null, null, null, null, null, "2", null, null);
        var last = controller.list(ROOT, null, null, null, null, null, null, "2", first.next(), null);

        assertThat(first.events()).hasSize(2);
        assertThat(last.events()).containsExactly(login(1, "root", null));
        assertThat(last.next()).isNull();
    }

    @Test
    void readWhenTheCallerIsNoAdministratorThenIsDeniedAndThatIsTold() {
        var plain = new ProvenUser("user_1", Set.of("public"), true, false, CLIENT);

        assertThatThrownBy(() -> reader.read(plain, ALL, 10))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.PERMISSION_DENIED);
                    assertThat(refusal).hasMessage("permission denied: user_1 may not read the audit trail");
                });
        assertThat(published)
                .containsExactly(
                        new OperationEnded(Operation.of(Action.READ_AUDIT_EVENTS, plain), Problem.PERMISSION_DENIED));
    }

    @Test
    void readWhenTheDatabaseIsAwayThenSaysSo() {
        audit.goAway();

        assertThatThrownBy(() -> reader.read(ROOT, ALL, 10))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.STORAGE_UNAVAILABLE));
    }

    @Test
    void insertAllWhenOneCannotBeWrittenThenFails() {
        AuditEvent tooLong = login(5, "x".repeat(300), null);

        assertThatThrownBy(() -> audit.store.insertAll(List.of(login(4, "root", null), tooLong)))
                .hasMessageContaining("user_name");
    }

    @Test
    void deleteOldWhenThereAreMoreThanABatchThenAllOldOnesGoAndNewOnesStay(CapturedOutput output) {
        Instant now = Instant.now();
        List<AuditEvent> old = IntStream.range(0, 2000)
                .mapToObj(i -> at(now.minus(Duration.ofHours(2)).plusNanos(i * 1000L)))
                .toList();
        audit.store.insertAll(old);
        audit.store.insert(at(now.minus(Duration.ofMinutes(59))));

        var retention = audit.retention(Duration.ofHours(1), DataSize.ofGigabytes(1));

        retention.deleteOld();
        retention.deleteOld();

        assertThat(output).containsOnlyOnce("audit events deleted").contains("count=2003");
        assertThat(audit.jdbc.queryForObject("select count(*) from audit_events", Integer.class))
                .isEqualTo(1);
    }

    @Test
    void deleteBeforeWhenThereAreMoreThanAskedForThenTheOldestGo() {
        assertThat(audit.store.deleteBefore(TIME.plusNanos(3000), 1)).isEqualTo(1);
        assertThat(audit.written()).containsExactly(GRANTED, login(2, "user_1", "unauthenticated"));
        assertThat(audit.store.deleteBefore(TIME.plusNanos(3000), 9)).isEqualTo(1);
        assertThat(audit.store.deleteBefore(TIME.plusNanos(3000), 9)).isZero();
        assertThat(audit.written()).containsExactly(GRANTED);
    }

    @Test
    void deleteOldWhenTheDatabaseIsAwayThenWaitsForTheNextTime() {
        var retention = audit.retention(Duration.ZERO, DataSize.ofGigabytes(1));
        audit.goAway();

        retention.deleteOld();

        audit.comeBack();
        assertThat(audit.written()).hasSize(3);
    }

    @Test
    void trimWhenAnotherReplicaHasMadeRoomThenDeletesNothingMore() {
        audit.jdbc.execute("delete from audit_events");
        fill(0, 600, "unauthenticated");
        fill(1000, 600, null);
        // Of the 1,200 events about 1,000 fit
        DataSize most = DataSize.ofKilobytes(4200);
        AuditRetention one = audit.retentionOfAnother(most);
        AuditRetention other = audit.retentionOfAnother(most);
        one.deleteOld();
        other.deleteOld();

        one.trim();
        int left = audit.written().size();
        other.trim();

        assertThat(left).isBetween(950, 1050);
        assertThat(audit.written()).hasSize(left);
    }

    @Test
    void trimWhenTheSizeIsUnknownThenMeasuresOnceBeforeItDeletes() {
        fill(0, 300, "unauthenticated");
        var measured = new AtomicInteger();
        var counting = new AuditStore(new NamedParameterJdbcTemplate(audit.database)) {
            @Override
            long measure() {
                measured.incrementAndGet();
                return super.measure();
            }
        };

        audit.retention(counting, DataSize.ofMegabytes(1)).trim();

        assertThat(audit.written()).hasSizeBetween(240, 256);
        assertThat(measured).hasValue(1);
    }

    @Test
    void readSinceWhenFollowedThenEachEventComesOnceInTheOrderInWhichItCame() {
        append(login(9, "later", null), login(5, "earlier", null));

        AuditReader.News all = reader.readSince(ROOT, ALL, 0, 10);
        AuditReader.News first = reader.readSince(ROOT, ALL, 0, 2);
        AuditReader.News second = reader.readSince(ROOT, ALL, first.last(), 2);
        AuditReader.News third = reader.readSince(ROOT, ALL, second.last(), 2);

        assertThat(all.events())
                .containsExactly(
                        login(1, "root", null),
                        login(2, "user_1", "unauthenticated"),
                        GRANTED,
                        login(9, "later", null),
                        login(5, "earlier", null));
        assertThat(first.events()).isEqualTo(all.events().subList(0, 2));
        assertThat(second.events()).isEqualTo(all.events().subList(2, 4));
        assertThat(third.events()).isEqualTo(all.events().subList(4, 5));
        assertThat(reader.readSince(ROOT, ALL, third.last(), 2)).isEqualTo(new AuditReader.News(List.of(), 5));
    }

    @Test
    void readSinceWhenNothingFitsThenGoesOnBehindWhatDoesNot() {
        append();
        AuditQuery drops = AuditQuery.of(null, null, "drop-user", null, null, null, null);

        assertThat(reader.readSince(ROOT, drops, 0, 10)).isEqualTo(new AuditReader.News(List.of(), 3));
    }

    @Test
    void readSinceWhenTheTrailEndsBeforeThenSaysSo() {
        append();

        assertThatThrownBy(() -> reader.readSince(ROOT, ALL, 4, 10))
                .isInstanceOfSatisfying(ProblemException.class, refusal -> {
                    assertThat(refusal.problem()).isEqualTo(Problem.MALFORMED_REQUEST);
                    assertThat(refusal)
                            .hasMessage("since is beyond the end of the trail, 3: was an older database restored?");
                });
    }

    @Test
    void readSinceWhenTheCallerIsNoAdministratorThenIsDenied() {
        var plain = new ProvenUser("user_1", Set.of("public"), true, false, CLIENT);

        assertThatThrownBy(() -> reader.readSince(plain, ALL, 0, 10))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.PERMISSION_DENIED));
        assertThat(published).hasSize(1);
    }

    @Test
    void readSinceWhenTheDatabaseIsAwayThenSaysSo() {
        audit.jdbc.execute("alter table audit_position rename to away");

        assertThatThrownBy(() -> reader.readSince(ROOT, ALL, 0, 10))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refusal -> assertThat(refusal.problem()).isEqualTo(Problem.STORAGE_UNAVAILABLE));
    }

    @Test
    void insertAndNumberWhenAnotherNumbersThenWaitsForNothingAndLeavesItToTheNextTime() {
        append();
        var later = new AtomicBoolean();

        new TransactionTemplate(audit.transactions).executeWithoutResult(status -> {
            audit.jdbc.queryForList("select last from audit_position for update");
            var elsewhere = CompletableFuture.runAsync(() -> later.set(append(login(7, "user_7", null))));
            assertThat(elsewhere).succeedsWithin(Duration.ofSeconds(20));
        });

        assertThat(later).isTrue();
        assertThat(audit.written()).contains(login(7, "user_7", null));
        assertThat(reader.readSince(ROOT, ALL, 3, 10).events()).isEmpty();
        append();
        assertThat(reader.readSince(ROOT, ALL, 3, 10).events()).containsExactly(login(7, "user_7", null));
    }

    @Test
    void insertAndNumberWhenThereAreVeryManyThenSaysThatMoreAreLeft() {
        fill(10, 1000, null);

        assertThat(append()).isTrue();
        assertThat(append()).isFalse();

        assertThat(reader.readSince(ROOT, ALL, 0, 2000).events()).hasSize(1003);
    }

    private boolean append(AuditEvent... events) {
        return Boolean.TRUE.equals(new TransactionTemplate(audit.transactions)
                .execute(status -> audit.store.insertAndNumber(List.of(events))));
    }

    @Test
    void trimWhenFarTooMuchIsThereThenGoesOnInTheNextRun() {
        fill(0, 25_000, "unauthenticated");
        AuditRetention retention = audit.retention(Duration.ofDays(36500), DataSize.ofMegabytes(1));

        retention.trim();
        assertThat(audit.jdbc.queryForObject("select count(*) from audit_events", Integer.class))
                .isBetween(4_000, 6_000);
        retention.trim();

        assertThat(audit.written()).hasSizeBetween(240, 256);
    }

    private void fill(int micros, int count, @Nullable String reason) {
        audit.store.insertAll(IntStream.range(micros, micros + count)
                .mapToObj(i -> login(i, "user_1", reason))
                .toList());
    }

    private List<AuditEvent> found(AuditQuery query) {
        return audit.store.find(query, 100).stream()
                .map(AuditStore.Stored::event)
                .toList();
    }

    private static AuditEvent at(Instant time) {
        AuditEvent any = login(0, "root", null);
        return new AuditEvent(
                time,
                any.action(),
                any.face(),
                any.user(),
                any.target(),
                any.role(),
                any.address(),
                any.result(),
                any.reason(),
                any.requestId(),
                any.count());
    }
}
