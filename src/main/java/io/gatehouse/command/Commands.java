package io.gatehouse.command;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The commands of the jar; without one it is the server. */
public final class Commands {

    /** In words that are easily remembered, what one setting does. */
    private static final String REQUIRE_CHANGED_ROOT = "--require-changed-root";

    private Commands() {}

    /** Whether these arguments ask for a command, known or not: the server takes settings only. */
    public static boolean areMeantBy(String... arguments) {
        return Arrays.stream(arguments)
                .anyMatch(argument -> !argument.startsWith("--")
                        || CommandRun.HELP.contains(argument)
                        || CommandRun.VERSION.contains(argument));
    }

    /** The server's arguments as Spring reads them. */
    public static String[] serverSettings(String... arguments) {
        return Arrays.stream(arguments)
                .map(argument -> argument.equals(REQUIRE_CHANGED_ROOT)
                        ? "--gatehouse.refuse-default-root-password=true"
                        : argument)
                .toArray(String[]::new);
    }

    /**
     * Runs a command in this process, which has to end with it: from here on everything that is logged goes to the standard error
     * stream, since the standard output belongs to the command.
     *
     * @return the exit code: 0 done, 1 refused or failed and nothing changed, 2 not understood
     */
    public static int run(String... arguments) {
        System.setOut(System.err);
        try (var out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8)) {
            return run(new Terminal(System.in, out, System.err, Keyboard.ofProcess()), arguments);
        }
    }

    static int run(Terminal terminal, String... arguments) {
        return new CommandRun(terminal).of(arguments);
    }
}
