package io.gatehouse.user.transfer;

import io.gatehouse.caller.PossibleName;
import io.gatehouse.password.HashKind;
import io.gatehouse.password.ImportedHashPolicy;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.role.BuiltInRole;
import io.gatehouse.user.StoredUser;
import io.gatehouse.user.TransferStore;
import io.gatehouse.user.UserLimitSettings;
import io.gatehouse.user.UserNamePolicy;
import io.gatehouse.user.UserRecord;
import io.gatehouse.user.UserRules;
import io.gatehouse.user.transfer.StagedUsers.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One import, from its first entry to its last. All entries are judged first, which locks nobody. If none was refused, what they change is
 * changed then: only those rows are locked. Users who are there come first and new ones then, each by name, so that two imports never wait for
 * each other.
 */
final class ImportRun {

    private static final int PAGE = 500;

    /** Each costs every refused login a hash. */
    private static final int MOST_KINDS = 8;

    /** Clocks of two machines differ. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);

    private final TransferStore store;
    private final StagedUsers staged;
    private final UserNamePolicy namePolicy;
    private final ImportedHashPolicy hashPolicy;
    private final UserLimitSettings limits;
    private final ExistingUsers existing;
    private final Set<HashKind> kinds = new HashSet<>();
    private final Instant latest = Instant.now().plus(MOST_AHEAD);
    /** Entries that are right by themselves, and the refusals of those that are not: they are told of in order. */
    private final List<ImportEntry> page = new ArrayList<>(PAGE);

    private long room = Long.MAX_VALUE;
    private long created;
    private long replaced;
    private long kept;
    private long unchanged;
    private long refused;
    private @Nullable Problem firstRefusal;

    ImportRun(
            TransferStore store,
            StagedUsers staged,
            UserNamePolicy namePolicy,
            ImportedHashPolicy hashPolicy,
            UserLimitSettings limits,
            ExistingUsers existing) {
        this.store = store;
        this.staged = staged;
        this.namePolicy = namePolicy;
        this.hashPolicy = hashPolicy;
        this.limits = limits;
        this.existing = existing;
    }

    /**
     * Imports all entries; only inside of {@link TransferStore#allOrNothing}.
     *
     * @param changed is told name and id of every user who is created or replaced
     * @param report is told of every refusal
     * @throws ProblemException {@link Problem#USER_ALREADY_EXISTS}, {@link Problem#USER_LIMIT_REACHED} when others made users
     *     after the entries were judged
     */
    ImportResult of(Iterator<ImportEntry> entries, ObjLongConsumer<String> changed, RefusedEntry report) {
        staged.begin();
        if (limits.maxUserNum() > 0) {
            room = limits.maxUserNum() - store.count();
        }
        kinds.addAll(store.hashKinds());
        while (entries.hasNext()) {
            page.add(checked(entries.next()));
            if (page.size() == PAGE) {
                judgePage(report);
            }
        }
        judgePage(report);
        if (refused == 0) {
            apply(changed);
        }
        staged.end();
        return new ImportResult(created, replaced, kept, unchanged, refused);
    }

    Optional<Problem> firstRefusal() {
        return Optional.ofNullable(firstRefusal);
    }

    private ImportEntry checked(ImportEntry entry) {
        UserRecord user = entry.user();
        if (user == null) {
            return entry;
        }
        try {
            return ImportEntry.of(entry.number(), checked(user));
        } catch (ProblemException e) {
            return ImportEntry.refused(entry.number(), e);
        }
    }

    private UserRecord checked(UserRecord user) {
        if (!PossibleName.is(user.userName())) {
            namePolicy.checkUnseen(user.userName());
        }
        for (String role : user.roles()) {
            if (!BuiltInRole.names().contains(role)) {
                throw new ProblemException(Problem.ROLE_NOT_FOUND, "one of the roles is not there");
            }
        }
        if (user.userName().equals(UserRules.ROOT) && !user.roles().isEmpty()) {
            throw new ProblemException(Problem.INVALID_ROLE_NAME, "root has no roles");
        }
        checkTime(user.createdAt());
        checkTime(user.updatedAt());
        var hash = hashPolicy.check(user.passwordHash());
        checkKind(hash);
        return new UserRecord(user.userName(), user.roles(), hash, user.createdAt(), user.updatedAt());
    }

    private void checkKind(PasswordHash hash) {
        HashKind kind = HashKind.of(hash).orElseThrow();
        if (!kinds.contains(kind) && kinds.size() >= MOST_KINDS) {
            throw new ProblemException(
                    Problem.INVALID_PASSWORD,
                    "the password hash is of another kind than %d that are there".formatted(MOST_KINDS));
        }
        kinds.add(kind);
    }

    private void checkTime(@Nullable Instant time) {
        if (time != null && (time.isBefore(Instant.EPOCH) || time.isAfter(latest))) {
            throw new ProblemException(Problem.MALFORMED_REQUEST, "a time is before 1970 or in the future");
        }
    }

    private void judgePage(RefusedEntry report) {
        List<String> names = new ArrayList<>();
        for (ImportEntry entry : page) {
            if (entry.user() != null) {
                names.add(entry.user().userName());
            }
        }
        Set<String> before = names.isEmpty() ? Set.of() : staged.among(names);
        Map<String, StoredUser> there = names.isEmpty() ? Map.of() : store.found(names);
        List<StagedUsers.Staged> judged = new ArrayList<>();
        for (ImportEntry entry : page) {
            ProblemException fault = entry.fault();
            UserRecord user = entry.user();
            if (user != null) {
                fault = before.add(user.userName())
                        ? judged(user, there.get(user.userName()), judged)
                        : new ProblemException(Problem.MALFORMED_REQUEST, "the user was there before");
            }
            if (fault != null) {
                refused++;
                if (firstRefusal == null) {
                    firstRefusal = fault.problem();
                }
                report.refused(entry.number(), fault);
            }
        }
        staged.add(judged);
        store.flush();
        page.clear();
    }

    /** Stages a user, refused or not, since no other line may have its name; returns why it is refused. */
    private @Nullable ProblemException judged(
            UserRecord user, @Nullable StoredUser stored, List<StagedUsers.Staged> judged) {
        try {
            Decision decision = decide(user, stored);
            judged.add(new StagedUsers.Staged(user, decision));
            count(decision);
            return null;
        } catch (ProblemException e) {
            judged.add(new StagedUsers.Staged(user, Decision.KEPT));
            return e;
        }
    }

    /** Changes what is to be changed. Others may have changed it too since it was judged, so it is decided once more. */
    private void apply(ObjLongConsumer<String> changed) {
        if (created + replaced == 0) {
            return;
        }
        created = 0;
        replaced = 0;
        if (limits.maxUserNum() > 0) {
            room = limits.maxUserNum() - store.lockedCount();
        }
        apply(Decision.REPLACED, changed);
        apply(Decision.CREATED, changed);
    }

    private void apply(Decision planned, ObjLongConsumer<String> changed) {
        List<UserRecord> next = staged.after(planned, "", PAGE);
        while (!next.isEmpty()) {
            Map<String, StoredUser> there =
                    store.locked(next.stream().map(UserRecord::userName).toList());
            for (UserRecord user : next) {
                change(user, there.get(user.userName()), changed);
            }
            store.flush();
            next = staged.after(planned, next.get(next.size() - 1).userName(), PAGE);
        }
    }

    private void change(UserRecord user, @Nullable StoredUser stored, ObjLongConsumer<String> changed) {
        Decision decision;
        try {
            decision = decide(user, stored);
        } catch (ProblemException e) {
            throw e.problem() == Problem.USER_ALREADY_EXISTS ? TransferStore.createdByOthers(e) : e;
        }
        if (decision == Decision.CREATED) {
            changed.accept(user.userName(), store.add(user));
        } else if (decision == Decision.REPLACED && stored != null) {
            stored.replace(user);
            changed.accept(user.userName(), stored.id());
        }
        count(decision);
    }

    private Decision decide(UserRecord user, @Nullable StoredUser stored) {
        if (stored == null) {
            namePolicy.checkUnseen(user.userName());
            if (created >= room) {
                throw new ProblemException(Problem.USER_LIMIT_REACHED, "the number of users has reached the limit");
            }
            return Decision.CREATED;
        }
        if (existing == ExistingUsers.REFUSED_IN_ANY_CASE) {
            throw new ProblemException(Problem.USER_ALREADY_EXISTS, "the user is there already");
        }
        if (stored.isSame(user)) {
            return Decision.UNCHANGED;
        }
        return switch (existing) {
            case REPLACED -> Decision.REPLACED;
            case KEPT -> Decision.KEPT;
            case REFUSED, REFUSED_IN_ANY_CASE ->
                throw new ProblemException(
                        Problem.USER_ALREADY_EXISTS, "the user is there already, with another password or other roles");
        };
    }

    private void count(Decision decision) {
        switch (decision) {
            case CREATED -> created++;
            case REPLACED -> replaced++;
            case KEPT -> kept++;
            case UNCHANGED -> unchanged++;
        }
    }
}
