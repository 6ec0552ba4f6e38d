package io.gatehouse.user.transfer;

import io.gatehouse.problem.ProblemException;

/** Is told of every entry that cannot be imported, in order. */
@FunctionalInterface
public interface RefusedEntry {

    /**
     * Takes notice of a refusal.
     *
     * @param number the entry's
     * @param reason its text holds nothing of the entry
     */
    void refused(long number, ProblemException reason);
}
