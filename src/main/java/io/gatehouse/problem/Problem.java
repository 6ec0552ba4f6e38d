package io.gatehouse.problem;

/** Every reason for which Gatehouse refuses a request. */
public enum Problem {

    /** The request cannot be read: not JSON, an unknown or missing field, a value of the wrong type or out of range. */
    MALFORMED_REQUEST,
    /** A user name breaks the rule for names (S10). */
    INVALID_USER_NAME,
    /** A new password breaks the password policy (S11). */
    INVALID_PASSWORD,
    /** A role name that no role can have. */
    INVALID_ROLE_NAME,
    /** No token, or one that is not valid; never says which of the two parts was wrong (S3). */
    UNAUTHENTICATED,
    /** The caller is known, but may not do this. */
    PERMISSION_DENIED,
    /** The old password is missing or wrong (S6). */
    OLD_PASSWORD_MISMATCH,
    /** Nobody may drop the user {@code root}. */
    ROOT_PROTECTED,
    /** Nobody may drop itself (S8). */
    SELF_DROP,
    /** No such user; told only to callers who may know. */
    USER_NOT_FOUND,
    /** No such role. */
    ROLE_NOT_FOUND,
    /** No such path. */
    NOT_FOUND,
    /** The path exists, but not with this method. */
    METHOD_NOT_ALLOWED,
    /** The answer cannot be given in a format that the client accepts. */
    NOT_ACCEPTABLE,
    /** The body is not in a format that this operation reads. */
    UNSUPPORTED_MEDIA_TYPE,
    /** The name is taken. */
    USER_ALREADY_EXISTS,
    /** {@code proxy.maxUserNum} users exist already. */
    USER_LIMIT_REACHED,
    /** The body is larger than the limit. */
    REQUEST_TOO_LARGE,
    /** The request line or the header fields are larger than the limit. */
    HEADER_TOO_LARGE,
    /** The caller's own deadline passed before the answer was ready, or the caller has gone. */
    REQUEST_TIMEOUT,
    /** Too many failed logins; carries the time to wait. */
    TOO_MANY_ATTEMPTS,
    /** The queue for password hashing has no place for this caller, or no thread was free in time; nothing was changed. */
    OVERLOADED,
    /** The database does not answer. A change was made as a whole, when the answer to its commit was lost, or not at all. */
    STORAGE_UNAVAILABLE,
    /** A bug in Gatehouse; the log has the rest under the request id. */
    INTERNAL_ERROR
}
