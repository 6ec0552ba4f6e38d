package io.gatehouse.audit;

import io.gatehouse.http.PageSize;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a page ended: the time of its last event in microseconds since 1970, a hyphen, and its id. */
record AuditCursor(Instant time, long id) {

    static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9]{1,18})");

    /**
     * Reads it.
     *
     * @throws ProblemException {@link Problem#MALFORMED_REQUEST}
     */
    static AuditCursor parse(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw PageSize.otherType("after");
        }
        Instant time = Instant.EPOCH.plus(Long.parseLong(parts.group(1)), ChronoUnit.MICROS);
        return new AuditCursor(time.isAfter(LATEST) ? LATEST : time, Long.parseLong(parts.group(2)));
    }

    @Override
    public String toString() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time) + "-" + id;
    }
}
