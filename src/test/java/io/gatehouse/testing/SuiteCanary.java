package io.gatehouse.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Looks on at every test class: the password that most users of the tests have is nowhere in what is printed and in no database,
 * in no form. JUnit finds this by {@code META-INF/services}. What a process of its own prints is looked at when it ends.
 */
public final class SuiteCanary implements AfterAllCallback {

    /** In the tests it is the password of most users; in Gatehouse it is in examples, and nowhere else. */
    private static final Canary PASSWORD = Canary.of("P@ssw0rd");

    private static final List<String> FOUND = new CopyOnWriteArrayList<>();

    static {
        System.setOut(WatchedStream.of(System.out, PASSWORD, FOUND::add));
        System.setErr(WatchedStream.of(System.err, PASSWORD, FOUND::add));
    }

    @Override
    public void afterAll(ExtensionContext context) {
        List<String> found = new ArrayList<>(FOUND);
        FOUND.clear();
        found.addAll(TestDatabase.allWith(PASSWORD));
        if (!found.isEmpty()) {
            throw new AssertionError("a password was found: " + String.join("\n", found));
        }
    }

    /** Fails when a text holds the password of the tests. */
    static void refuse(String what, String text) {
        text.lines().forEach(line -> {
            List<String> forms = PASSWORD.in(line);
            if (!forms.isEmpty()) {
                throw new AssertionError("a password was found: %s %s: %s".formatted(what, forms, line));
            }
        });
    }
}
