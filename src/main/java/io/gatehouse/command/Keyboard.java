package io.gatehouse.command;

import java.io.Console;
import java.util.Optional;

/** Somebody who can be asked for a password, and types it unseen. */
interface Keyboard {

    /** Asks; empty when the input ended. */
    Optional<String> password(String prompt);

    /** The one in front of this process; empty when its input is a file or a pipe. */
    @SuppressWarnings("SystemConsoleNull") // on Java 17 it is null, later it says so itself
    static Optional<Keyboard> ofProcess() {
        Console console = System.console();
        if (console == null || !isTerminal(console)) {
            return Optional.empty();
        }
        return Optional.of(prompt ->
                Optional.ofNullable(console.readPassword("%s", prompt)).map(String::valueOf));
    }

    /** From Java 22 on there may be a console that is none, and a method that says so. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
