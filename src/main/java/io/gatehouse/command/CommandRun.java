package io.gatehouse.command;

import io.gatehouse.problem.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.support.PropertiesLoaderUtils;

/** From arguments to an exit code: the edge of this module, where every failure becomes a sentence. */
final class CommandRun {

    private static final Logger log = LoggerFactory.getLogger(CommandRun.class);

    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    static final Set<String> HELP = Set.of("help", "--help", "-h");
    static final Set<String> VERSION = Set.of("version", "--version", "-v", "-V");
    private static final String BUILD = "META-INF/build-info.properties";

    /** {@code --proxy.port 19530}: Spring reads a value only behind an equals sign. */
    private static final Pattern SETTING_WITHOUT_VALUE = Pattern.compile("--[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)+");

    private static final String TOO_LITTLE_MEMORY =
            "Java has too little memory for this command: give it more, such as with JAVA_TOOL_OPTIONS=-Xmx512m";

    private static final LevenshteinDistance DISTANCE = new LevenshteinDistance(3);
    private static final String PROGRAM = "java -jar gatehouse.jar";

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final Terminal terminal;

    CommandRun(Terminal terminal) {
        this.terminal = terminal;
        commands.put("reset-password", new ResetPassword());
        commands.put("export-users", new ExportUsers());
        commands.put("import-users", new ImportUsers());
    }

    int of(String... arguments) {
        List<String> rest = new ArrayList<>(List.of(arguments));
        if (rest.stream().anyMatch(HELP::contains)) {
            terminal.out().print(help());
            terminal.out().flush();
            return DONE;
        }
        if (rest.stream().anyMatch(VERSION::contains)) {
            terminal.out().println(version());
            terminal.out().flush();
            return DONE;
        }
        String name = rest.stream()
                .filter(argument -> !argument.startsWith("--"))
                .findFirst()
                .orElse("");
        rest.remove(name);
        Command command = commands.get(name);
        try {
            if (command == null) {
                throw unknown(name, rest);
            }
            return command.run(CommandLine.of(rest, command.optionsWithValue(), command.flags()), terminal);
        } catch (UsageException e) {
            say("%s (%s --help)".formatted(e.getMessage(), PROGRAM));
            return NOT_UNDERSTOOD;
        } catch (FailedCommand e) {
            say(e.getMessage());
            return FAILED;
        } catch (RuntimeException | OutOfMemoryError e) {
            say(sentence(name, e));
            return FAILED;
        }
    }

    private static @Nullable String sentence(String name, Throwable failure) {
        // H2 and Spring wrap it
        if (Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
                .anyMatch(OutOfMemoryError.class::isInstance)) {
            return TOO_LITTLE_MEMORY;
        }
        if (failure instanceof ProblemException refusal && !refusal.problem().concernsTheOperator()) {
            return refusal.getMessage();
        }
        log.error("command failed: command={}", name, failure);
        return failure instanceof ProblemException ? failure.getMessage() : "internal error";
    }

    private UsageException unknown(String name, List<String> rest) {
        Optional<String> setting =
                rest.stream().filter(SETTING_WITHOUT_VALUE.asMatchPredicate()).findFirst();
        if (setting.isPresent()) {
            return new UsageException(
                    "the value of a setting stands behind an equals sign: %s=…".formatted(setting.get()));
        }
        if (name.startsWith("-D")) {
            return new UsageException("the settings of the server are written --NAME=VALUE, and not -DNAME=VALUE");
        }
        return new UsageException(commands.keySet().stream()
                .filter(command ->
                        (name.length() > 2 && command.startsWith(name)) || DISTANCE.apply(name, command) >= 0)
                .findFirst()
                .map(meant -> "there is no such command; the nearest is " + meant)
                .orElse("there is no such command; there are " + String.join(", ", commands.keySet())));
    }

    private static String version() {
        try {
            return "Gatehouse "
                    + PropertiesLoaderUtils.loadProperties(new ClassPathResource(BUILD))
                            .getProperty("build.version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void say(@Nullable String sentence) {
        terminal.err().println("gatehouse: " + sentence);
        terminal.err().flush();
    }

    private String help() {
        var text = new StringBuilder("Usage:\n  %s [SETTING…]\n      serves\n".formatted(PROGRAM));
        commands.forEach((name, command) -> text.append(
                "  %s %s %s [SETTING…]\n      %s\n".formatted(PROGRAM, name, command.synopsis(), command.purpose())));
        return text.append("""
                A SETTING is one of the server's, such as --gatehouse.data-directory=/data; a command also reads the same files and
                variables. --require-changed-root lets the server start only when root has another password than the default one.
                --version says which version this is.
                Exit code: 0 done, 1 refused or failed and nothing changed, 2 not understood.
                """).toString();
    }
}
