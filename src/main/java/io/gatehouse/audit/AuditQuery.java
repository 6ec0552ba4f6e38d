package io.gatehouse.audit;

import io.gatehouse.caller.Action;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which events somebody wants to see; null stands for all.
 *
 * @param from the first moment
 * @param to the moment after the last
 * @param after the last event of the page before
 */
record AuditQuery(
        @Nullable String user,
        @Nullable String target,
        @Nullable String action,
        @Nullable String result,
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable AuditCursor after) {

    /** The widest that a user name can be; a database need not judge anything else. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,254}");

    /** RFC 3339, 5.6: Java's own format can do without seconds, and has longer years and offsets. */
    private static final Pattern RFC_3339 = Pattern.compile(
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})");

    private static final String TIME_RULE = "must be a time such as 2026-11-30T00:00:00Z";

    /**
     * Reads it from the parameters of a request.
     *
     * @throws ProblemException {@link Problem#MALFORMED_REQUEST}
     */
    static AuditQuery of(
            @Nullable String user,
            @Nullable String target,
            @Nullable String action,
            @Nullable String result,
            @Nullable String from,
            @Nullable String to,
            @Nullable String after) {
        return new AuditQuery(
                name("user", user),
                name("target", target),
                oneOf("action", action, Action.values()),
                oneOf("result", result, AuditResult.values()),
                time("from", from),
                time("to", to),
                after == null ? null : AuditCursor.parse(after));
    }

    /** The columns that have to have a value. */
    Map<String, @Nullable String> equal() {
        Map<String, @Nullable String> equal = new HashMap<>();
        equal.put("user_name", user);
        equal.put("target", target);
        equal.put("action", action);
        equal.put("result", result);
        return equal;
    }

    /** The columns with which the index begins that finds these events: all of them have to have a value. */
    List<String> indexed() {
        if (user != null) {
            return List.of("user_name");
        }
        if (target != null) {
            return List.of("target");
        }
        if (result == null) {
            return List.of();
        }
        return action == null ? List.of("result") : List.of("action", "result");
    }

    /** Questions that an index answers, and that together find the same. */
    List<AuditQuery> parts() {
        if (user != null || target != null || action == null || result != null) {
            return List.of(this);
        }
        return Arrays.stream(AuditResult.values())
                .map(each -> new AuditQuery(null, null, action, AuditResult.written(each), from, to, after))
                .toList();
    }

    private static @Nullable String name(String parameter, @Nullable String value) {
        if (value != null && !NAME.matcher(value).matches()) {
            throw refused(parameter, "must be a user name");
        }
        return value;
    }

    private static @Nullable String oneOf(String parameter, @Nullable String value, Enum<?>[] known) {
        List<String> names = Arrays.stream(known).map(AuditResult::written).toList();
        if (value != null && !names.contains(value)) {
            throw refused(parameter, "must be one of " + String.join(", ", names));
        }
        return value;
    }

    private static @Nullable Instant time(String parameter, @Nullable String value) {
        if (value == null) {
            return null;
        }
        if (!RFC_3339.matcher(value).matches()) {
            throw refused(parameter, TIME_RULE);
        }
        try {
            Instant time = OffsetDateTime.parse(value).toInstant();
            // No event is outside of it, and the databases do not know every year
            return time.isBefore(Instant.EPOCH)
                    ? Instant.EPOCH
                    : time.isAfter(AuditCursor.LATEST) ? AuditCursor.LATEST : time;
        } catch (DateTimeParseException e) {
            throw refused(parameter, TIME_RULE);
        }
    }

    private static ProblemException refused(String parameter, String rule) {
        return new ProblemException(Problem.MALFORMED_REQUEST, parameter + " " + rule)
                .withViolations(List.of(new Violation(parameter, rule)));
    }
}
