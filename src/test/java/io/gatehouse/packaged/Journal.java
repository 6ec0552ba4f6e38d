package io.gatehouse.packaged;

import io.gatehouse.testing.Http.Answer;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What clients may believe of their users: after an answer exactly what was answered, after a broken connection either what
 * was before or what was asked for, but nothing in between. Each user has one client, which waits for its answers.
 */
final class Journal {

    private final Map<String, List<State>> possible = new ConcurrentHashMap<>();
    private final Map<String, String> replacedPasswords = new ConcurrentHashMap<>();
    private final AtomicInteger inDoubt = new AtomicInteger();

    /**
     * What a user is.
     *
     * @param passwords those that let it in: one, or none when it does not exist
     */
    record State(boolean listed, Set<String> passwords, Set<String> roles) {

        static final State ABSENT = new State(false, Set.of(), Set.of());

        static State user(String password, String... roles) {
            return new State(true, Set.of(password), Set.of(roles));
        }
    }

    /**
     * Asks for a change and writes down what is known afterwards.
     *
     * @param status the only answer that is right
     * @return whether it was answered; otherwise the connection broke
     */
    boolean attempt(String userName, State next, int status, Supplier<Answer> request) {
        State before = known(userName);
        possible.put(userName, List.of(before, next));
        Answer answer;
        try {
            answer = request.get();
        } catch (UncheckedIOException e) {
            inDoubt.incrementAndGet();
            return false;
        }
        if (answer.status() != status) {
            throw new AssertionError("%d expected, not %s".formatted(status, answer));
        }
        if (!before.passwords().equals(next.passwords())) {
            before.passwords().forEach(password -> replacedPasswords.put(userName, password));
        }
        possible.put(userName, List.of(next));
        return true;
    }

    /** How many changes were not answered so far. */
    int inDoubt() {
        return inDoubt.get();
    }

    Set<String> userNames() {
        return new TreeSet<>(possible.keySet());
    }

    /** What the user may be. */
    List<State> possible(String userName) {
        return possible.getOrDefault(userName, List.of(State.ABSENT));
    }

    /** The passwords that the user may have, and the one before. */
    Set<String> passwords(String userName) {
        return Stream.concat(
                        possible(userName).stream().flatMap(state -> state.passwords().stream()),
                        Stream.ofNullable(replacedPasswords.get(userName)))
                .collect(Collectors.toSet());
    }

    private State known(String userName) {
        List<State> states = possible(userName);
        if (states.size() != 1) {
            throw new IllegalStateException("nothing is known for sure about " + userName);
        }
        return states.get(0);
    }
}
