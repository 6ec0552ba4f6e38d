package io.gatehouse.user.transfer;

/**
 * What an import came to. When something was refused, nothing was changed, and the other figures say what would have been.
 *
 * @param created users who were not there before
 * @param replaced users who got another password or other roles
 * @param kept users who had another password or other roles, and were left alone
 * @param unchanged users who were there already, just so
 * @param refused entries that cannot be imported
 */
public record ImportResult(long created, long replaced, long kept, long unchanged, long refused) {

    /** Whether anything in the database is different now. */
    public boolean changedAnything() {
        return refused == 0 && created + replaced > 0;
    }
}
