package io.gatehouse.problem;

/**
 * Every reason for which Gatehouse refuses a request.
 *
 * <p>A face looks at the {@link Kind} alone, except where its protocol has a word for one of these.
 */
public enum Problem {
    MALFORMED_REQUEST(
            Kind.MALFORMED,
            "Malformed request",
            "The request is not JSON, has an unknown, missing or doubled field or query parameter, or a "
                    + "value of the wrong type or out of range. The detail names it; correct it and send the request again."),
    /** A user name breaks the rule for names (S10). */
    INVALID_USER_NAME(Kind.INVALID, "Invalid user name", "The name breaks the rule for user names."),
    /** A new password breaks the password policy (S11). */
    INVALID_PASSWORD(
            Kind.INVALID,
            "Invalid password",
            "The new password breaks the rule for passwords; the errors name its part. A password that a "
                    + "user has already is not judged."),
    INVALID_ROLE_NAME(Kind.INVALID, "Invalid role name", "No role can have this name."),
    /** No token, or one that is not valid; never says which of the two parts was wrong (S3). */
    UNAUTHENTICATED(
            Kind.UNAUTHENTICATED,
            "Unauthenticated",
            "The request has no token, or not a valid one. Send the header Authorization: Bearer "
                    + "user:password. An unknown user and a wrong password are answered alike."),
    /** The caller is known, but may not do this. */
    PERMISSION_DENIED(
            Kind.DENIED,
            "Permission denied",
            "Only root and users with the role admin may do this. Everybody may describe itself and change "
                    + "its own password."),
    /** The old password is missing or wrong (S6). */
    OLD_PASSWORD_MISMATCH(
            Kind.FORBIDDEN,
            "Old password mismatch",
            "The user's current password is missing or wrong; the detail says which. Only callers named in "
                    + "common.security.superUsers need not give it. A lost password is replaced by the operator, with "
                    + "reset-password on the server's machine, or an administrator drops the user and creates it again."),
    ROOT_PROTECTED(Kind.FORBIDDEN, "Root is protected", "Nobody can drop the user root."),
    /** Nobody may drop itself (S8). */
    SELF_DROP(Kind.FORBIDDEN, "Self-drop", "Nobody can drop itself. Ask another administrator to drop the user."),
    /** No such user; told only to callers who may know. */
    USER_NOT_FOUND(Kind.NOT_FOUND, "User not found", "There is no user of this name. Names are compared exactly."),
    ROLE_NOT_FOUND(Kind.NOT_FOUND, "Role not found", "There is no role of this name. The roles are admin and public."),
    NOT_FOUND(Kind.NOT_SERVED, "Not found", "There is nothing at this path."),
    METHOD_NOT_ALLOWED(
            Kind.NOT_SERVED, "Method not allowed", "The path exists, but not with this method. See the header Allow."),
    NOT_ACCEPTABLE(Kind.MALFORMED, "Not acceptable", "Answers are JSON only. Accept application/json."),
    UNSUPPORTED_MEDIA_TYPE(Kind.MALFORMED, "Unsupported media type", "Send the body as application/json."),
    USER_ALREADY_EXISTS(
            Kind.CONFLICT, "User already exists", "The name is taken. Names are compared exactly; case matters."),
    USER_LIMIT_REACHED(
            Kind.CONFLICT, "User limit reached", "There are as many users as proxy.maxUserNum allows. Drop one first."),
    REQUEST_TOO_LARGE(Kind.TOO_LARGE, "Request too large", "A request body may have at most 64 KiB."),
    HEADER_TOO_LARGE(Kind.TOO_LARGE, "Header too large", "The request line and the headers are too large."),
    /** The caller's own deadline passed before the answer was ready, or the caller has gone. */
    REQUEST_TIMEOUT(
            Kind.TIMED_OUT, "Request timeout", "The answer was not ready in the time that the request allowed."),
    /** Too many failed logins; carries the time to wait. */
    TOO_MANY_ATTEMPTS(
            Kind.THROTTLED,
            "Too many attempts",
            "Too many logins failed from this address, of one user or of all together. The detail says of "
                    + "whom, and how many seconds to wait; so does the header Retry-After."),
    /** The queue for password hashing has no place for this caller, or no thread was free in time; nothing was changed. */
    OVERLOADED(
            Kind.OVERLOADED,
            "Overloaded",
            "Too many passwords are being checked at this moment. Nothing was changed; try again after the "
                    + "seconds that the header Retry-After says."),
    /** The database does not answer. A change was made as a whole, when the answer to its commit was lost, or not at all. */
    STORAGE_UNAVAILABLE(
            Kind.UNAVAILABLE,
            "Storage unavailable",
            "The database does not answer. A change was made as a whole or not at all: look before you "
                    + "repeat it, after the seconds that the header Retry-After says."),
    INTERNAL_ERROR(
            Kind.INTERNAL,
            "Internal error",
            "A bug in Gatehouse. Give the operator the request id: the log has the rest under it.");

    private final Kind kind;
    private final String title;
    private final String explanation;

    Problem(Kind kind, String title, String explanation) {
        this.kind = kind;
        this.title = title;
        this.explanation = explanation;
    }

    /** What faces tell apart. */
    public enum Kind {
        /** The request cannot be read. */
        MALFORMED,
        /** A value breaks a rule for such values. */
        INVALID,
        /** It is not proven who asks. */
        UNAUTHENTICATED,
        /** The caller may not do such things. */
        DENIED,
        /** The caller may do such things, but a rule forbids this one. */
        FORBIDDEN,
        /** The request is about something that does not exist. */
        NOT_FOUND,
        /** Nothing answers such a request. */
        NOT_SERVED,
        /** What there is keeps the change from being made. */
        CONFLICT,
        /** The request has too many bytes. */
        TOO_LARGE,
        /** Nobody waits for the answer any more. */
        TIMED_OUT,
        /** The caller has to wait, because of what it did. */
        THROTTLED,
        /** The caller has to wait, because of what others do. */
        OVERLOADED,
        /** Something that Gatehouse needs does not answer. */
        UNAVAILABLE,
        /** Gatehouse has a bug. */
        INTERNAL
    }

    public Kind kind() {
        return kind;
    }

    /** A few words that never change. */
    public String title() {
        return title;
    }

    /** When it happens and what to do, for people. */
    public String explanation() {
        return explanation;
    }

    /** Whether the operator has to know its cause. */
    public boolean concernsTheOperator() {
        return kind == Kind.UNAVAILABLE || kind == Kind.INTERNAL;
    }
}
