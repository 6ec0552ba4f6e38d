package io.gatehouse.storage;

import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.NestedExceptionUtils;

/** What a failed connection means to an operator. */
final class StorageFailure {

    /** H2's DATABASE_ALREADY_OPEN_1. */
    private static final int H2_IN_USE = 90020;

    private static final String CHECK_POSTGRES =
            "Check spring.datasource.url, .username and .password, and whether PostgreSQL runs there.";

    /** PostgreSQL's cannot_connect_now, too_many_connections, admin_shutdown and crash_shutdown. */
    private static final Set<String> NOT_NOW = Set.of("57P03", "53300", "57P01", "57P02");

    /** The driver's state for a connection that server or driver refuses, such as without a password or TLS that the other asks for. */
    private static final String REFUSED = "08004";

    private StorageFailure() {}

    /** Returns whether the same attempt may succeed a little later, without anybody correcting anything. */
    static boolean mayPass(SQLException failure) {
        String state = String.valueOf(failure.getSQLState());
        if (NOT_NOW.contains(state)) {
            return true;
        }
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        return state.startsWith("08")
                && !state.equals(REFUSED)
                && !(cause instanceof UnknownHostException)
                && !(cause instanceof GeneralSecurityException);
    }

    /** Finds the first explainable cause; empty when the failure has nothing to do with the database. */
    static Optional<StorageException> of(@Nullable Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof StorageException explained) {
                return Optional.of(explained);
            }
            if (cause instanceof SQLException sql) {
                return Optional.of(explain(sql));
            }
        }
        return Optional.empty();
    }

    static StorageException explain(SQLException failure) {
        if (failure.getErrorCode() == H2_IN_USE) {
            return new StorageException(
                    "the data directory is in use by another process",
                    "Stop the other Gatehouse, give this one its own gatehouse.data-directory, or use PostgreSQL"
                            + " (spring.datasource.url) for both.",
                    failure);
        }
        if (failure.getClass().getName().startsWith("org.h2.")) {
            return new StorageException(
                    "the database in the data directory cannot be used: " + firstLine(failure),
                    "Check the space and the permissions of gatehouse.data-directory.",
                    failure);
        }
        String state = String.valueOf(failure.getSQLState());
        String what = switch (state) {
            case "28P01" -> "PostgreSQL does not let this user in: the name or the password is wrong";
            case "28000" -> "PostgreSQL does not let this user in: " + firstLine(failure);
            case "3D000" -> "PostgreSQL has no such database";
            case "42501" -> "PostgreSQL does not let this user make tables";
            case "55P03" -> "another session of PostgreSQL holds a lock for too long";
            case REFUSED -> "PostgreSQL refuses the connection: " + withoutFullStop(failure);
            default -> {
                if (NOT_NOW.contains(state)) {
                    yield "PostgreSQL takes no connections: " + withoutFullStop(failure);
                }
                yield state.startsWith("08")
                        ? "PostgreSQL does not answer: " + whyNot(failure)
                        : "the database cannot be used: " + firstLine(failure);
            }
        };
        return new StorageException(what, CHECK_POSTGRES, failure);
    }

    /** The driver's own words are often no more than "The connection attempt failed." */
    private static String whyNot(SQLException failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        if (cause instanceof UnknownHostException) {
            return "there is no host of this name";
        }
        return cause instanceof IOException && cause.getMessage() != null
                ? cause.getMessage()
                : withoutFullStop(failure);
    }

    private static String withoutFullStop(SQLException failure) {
        return firstLine(failure).replaceFirst("\\.$", "");
    }

    private static String firstLine(SQLException failure) {
        return String.valueOf(failure.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
