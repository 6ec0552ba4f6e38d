package io.gatehouse.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The arguments of a command: what it is about, its options, and the server's settings, which are told from options by their dot
 * ({@code --gatehouse.data-directory=/data}).
 *
 * @param operands what stands behind the command's name
 * @param options by name, without dashes; an empty text for those without a value
 * @param settings as Spring reads them
 */
record CommandLine(List<String> operands, Map<String, String> options, List<String> settings) {

    private static final Pattern SETTING =
            Pattern.compile("--[A-Za-z][A-Za-z0-9_-]*(\\[\\d+])?\\.[^=]+=.*", Pattern.DOTALL);

    /**
     * Reads what stands behind or before the command's name.
     *
     * @param withValue options that need a value, as {@code --name value} or {@code --name=value}
     * @param flags options that have none
     */
    static CommandLine of(List<String> arguments, Set<String> withValue, Set<String> flags) {
        List<String> operands = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (!argument.startsWith("--")) {
                operands.add(argument);
                continue;
            }
            String[] parts = argument.substring(2).split("=", 2);
            String name = parts[0];
            if (options.containsKey(name)) {
                throw new UsageException("the option --" + name + " is given twice");
            }
            if (flags.contains(name) && parts.length == 1) {
                options.put(name, "");
            } else if (withValue.contains(name)) {
                if (parts.length == 1 && i + 1 == arguments.size()) {
                    throw new UsageException("the option --" + name + " needs a value");
                }
                options.put(name, parts.length == 2 ? parts[1] : arguments.get(++i));
            } else if (SETTING.matcher(argument).matches()) {
                settings.add(argument);
            } else if (name.equals("password")) {
                throw passwordAsArgument();
            } else {
                throw new UsageException("there is no option --" + name);
            }
        }
        return new CommandLine(operands, options, settings);
    }

    /** Everybody on the machine can read the arguments of a process. */
    static UsageException passwordAsArgument() {
        return new UsageException(
                "a password is never an argument, which everybody on this machine can read: give it on the standard input,"
                        + " or in a file with --password-file");
    }

    boolean has(String option) {
        return options.containsKey(option);
    }

    Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    /** The only operand; empty when there is none or it is {@code -}, which stands for the standard streams. */
    Optional<String> file() {
        if (operands.size() > 1) {
            throw new UsageException("there can be one file only");
        }
        return operands.stream().filter(name -> !name.equals("-")).findFirst();
    }
}
