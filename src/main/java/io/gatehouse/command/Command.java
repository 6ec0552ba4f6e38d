package io.gatehouse.command;

import java.util.Set;

/** Something that the jar does instead of serving. */
interface Command {

    /** What the usage says of it, behind the jar's name. */
    String synopsis();

    /** What it is for. */
    String purpose();

    /** The names of its options that need a value. */
    default Set<String> optionsWithValue() {
        return Set.of();
    }

    /** The names of its options that have no value. */
    default Set<String> flags() {
        return Set.of();
    }

    /**
     * Does it.
     *
     * @return the exit code
     * @throws UsageException when it was called in a wrong way
     * @throws FailedCommand when it cannot be done
     */
    int run(CommandLine line, Terminal terminal);
}
