package io.gatehouse.user;

import io.gatehouse.password.ImportedHashPolicy;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
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

/** One import, from its first entry to its last. After the first refusal it only looks for more of them. */
final class ImportRun {

    private static final int PAGE = 500;

    /** Clocks of two machines differ. */
    private static final Duration MOST_AHEAD = Duration.ofDays(1);

    private final TransferStore store;
    private final UserNamePolicy namePolicy;
    private final ImportedHashPolicy hashPolicy;
    private final UserLimits limits;
    private final ExistingUsers existing;
    private final Set<String> seen = new HashSet<>();
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
            UserNamePolicy namePolicy,
            ImportedHashPolicy hashPolicy,
            UserLimits limits,
            ExistingUsers existing) {
        this.store = store;
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
     */
    ImportResult of(Iterator<ImportEntry> entries, ObjLongConsumer<String> changed, RefusedEntry report) {
        if (limits.maxUserNum() > 0) {
            room = limits.maxUserNum() - store.lockedCount();
        }
        while (entries.hasNext()) {
            page.add(checked(entries.next()));
            if (page.size() == PAGE) {
                finishPage(changed, report);
            }
        }
        finishPage(changed, report);
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
        namePolicy.checkUnseen(user.userName());
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
        if (!seen.add(user.userName())) {
            throw new ProblemException(Problem.MALFORMED_REQUEST, "the user was there before");
        }
        return new UserRecord(user.userName(), user.roles(), hash, user.createdAt(), user.updatedAt());
    }

    private void checkTime(@Nullable Instant time) {
        if (time != null && (time.isBefore(Instant.EPOCH) || time.isAfter(latest))) {
            throw new ProblemException(Problem.MALFORMED_REQUEST, "a time is before 1970 or in the future");
        }
    }

    private void finishPage(ObjLongConsumer<String> changed, RefusedEntry report) {
        List<String> names = new ArrayList<>();
        for (ImportEntry entry : page) {
            if (entry.user() != null) {
                names.add(entry.user().userName());
            }
        }
        Map<String, UserEntity> there = names.isEmpty() ? Map.of() : store.locked(names);
        for (ImportEntry entry : page) {
            finish(entry, there, changed, report);
        }
        store.flush();
        page.clear();
    }

    private void finish(
            ImportEntry entry, Map<String, UserEntity> there, ObjLongConsumer<String> changed, RefusedEntry report) {
        UserRecord user = entry.user();
        ProblemException fault = user == null ? entry.fault() : refusal(user, there.get(user.userName()), changed);
        if (fault != null) {
            refused++;
            if (firstRefusal == null) {
                firstRefusal = fault.problem();
            }
            report.refused(entry.number(), fault);
        }
    }

    /** Takes one user over; returns why not. */
    private @Nullable ProblemException refusal(
            UserRecord user, @Nullable UserEntity stored, ObjLongConsumer<String> changed) {
        if (stored == null) {
            if (created >= room) {
                return new ProblemException(Problem.USER_LIMIT_REACHED, "the number of users has reached the limit");
            }
            created++;
            if (refused == 0) {
                changed.accept(user.userName(), store.add(user));
            }
            return null;
        }
        if (stored.isSame(user) && existing != ExistingUsers.REFUSED_IN_ANY_CASE) {
            unchanged++;
            return null;
        }
        switch (existing) {
            case REFUSED_IN_ANY_CASE -> {
                return new ProblemException(Problem.USER_ALREADY_EXISTS, "the user is there already");
            }
            case REFUSED -> {
                return new ProblemException(
                        Problem.USER_ALREADY_EXISTS, "the user is there already, with another password or other roles");
            }
            case REPLACED -> {
                replaced++;
                if (refused == 0) {
                    stored.replace(user);
                    changed.accept(user.userName(), stored.id());
                }
            }
            case KEPT -> kept++;
        }
        return null;
    }
}
