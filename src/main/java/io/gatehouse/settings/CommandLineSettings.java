package io.gatehouse.settings;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.Ordered;

/**
 * Refuses options that Spring would take in silence: one that nobody reads, one without a value, and one that is given twice, of which
 * Spring makes a list. Environment variables are not looked at: Kubernetes makes some that begin like Gatehouse's own.
 */
final class CommandLineSettings implements ApplicationListener<ApplicationEnvironmentPreparedEvent>, Ordered {

    private static final Set<String> FLAGS = Set.of("debug", "trace");
    private static final Set<String> SPRING = Set.of("info", "logging", "management", "server", "spring", "springdoc");

    private static final String TLS = "tls";

    /** Else an option may be anything, and is not repeated. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._\\-\\[\\]]{1,100}");

    /** Before the settings are used. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public void onApplicationEvent(ApplicationEnvironmentPreparedEvent event) {
        check(event.getArgs());
    }

    /**
     * Checks the options among these arguments.
     *
     * @throws StartRefused when one cannot be followed; the text holds no value
     */
    static void check(String... arguments) {
        if (Arrays.stream(arguments).noneMatch(argument -> argument.startsWith("--"))) {
            // Spares most starts the reading of all names
            return;
        }
        KnownSettings known = KnownSettings.ofThisJar();
        Set<String> seen = new HashSet<>();
        for (String argument : arguments) {
            if (argument.startsWith("--")) {
                String[] parts = argument.substring(2).split("=", 2);
                checkOption(known, parts[0], parts.length == 2);
                if (!seen.add(parts[0].toLowerCase(Locale.ROOT).replaceAll("[-_]", ""))) {
                    throw new StartRefused(
                            "--%s is given twice: remove one, or write a list with commas".formatted(parts[0]));
                }
            }
        }
    }

    private static void checkOption(KnownSettings known, String name, boolean withValue) {
        if (FLAGS.contains(name)) {
            return;
        }
        if (!NAME.matcher(name).matches()) {
            throw new StartRefused("an option has no name: options are written --NAME=VALUE");
        }
        String root = KnownSettings.plain(name.split("\\.", 2)[0]);
        boolean ofSpring = name.contains(".") && SPRING.contains(root);
        // Of tls there are no others: without TLS, tokens would travel in clear
        boolean ofMilvus = name.contains(".") && MilvusKey.SECTIONS.contains(root) && !root.equals(TLS);
        KnownSettings names = ofSpring && !known.contains(name) ? KnownSettings.ofAllParts() : known;
        if (!names.contains(name)
                && !((ofSpring || ofMilvus) && names.misspelt(name).isEmpty())) {
            throw new StartRefused("there is no option --" + name
                    + names.nearest(name)
                            .map(meant -> ": the nearest is --" + meant)
                            .orElse(": the settings of Gatehouse begin with gatehouse, common, proxy or tls"));
        }
        if (!withValue) {
            throw new StartRefused("the option --%s has no value: write --%s=VALUE".formatted(name, name));
        }
    }
}
