package io.gatehouse.history;

import io.gatehouse.history.UserCall.Effect;
import io.gatehouse.history.UserCall.Step;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What was asked about one user, by clients that each wait for their answers, and what they were answered.
 *
 * <p>{@link #explain} looks for an order of all calls, one after the other, in which each would have had the answer that it had, and
 * that ends where the user was found. A call that was answered before another began comes before it.
 */
final class History {

    private static final Optional<Problem> OVERLOADED = Optional.of(Problem.OVERLOADED);

    private final String userName;
    private final UserState before;
    private final Map<Integer, List<Call>> callsOfClients = new TreeMap<>();

    History(String userName, UserState before) {
        this.userName = userName;
        this.before = before;
    }

    /**
     * A call that has ended.
     *
     * @param begun when it was made, as {@link System#nanoTime}
     * @param ended when it was answered or its connection broke
     * @param answer empty when it was lost
     */
    record Call(UserCall what, Face face, long begun, long ended, Optional<Outcome> answer) {

        boolean wasAnswered(Optional<Problem> refusal) {
            return answer.isEmpty() || answer.get().refusal().equals(refusal);
        }

        /** Others were so fast that it gave up, which a user may be told at any time. */
        boolean gaveUp() {
            return answer.isPresent() && answer.get().refusal().equals(OVERLOADED);
        }

        @Override
        public String toString() {
            return "%s %s: %s"
                    .formatted(
                            face.interfaceName(),
                            what,
                            answer.map(History::words).orElse("no answer"));
        }
    }

    /** How far an order has come: how many steps of each client, two to a call. */
    private record Moment(List<Integer> steps, UserState state, int lines, int done) {

        Moment at(int client, int step, UserState after, int moreLines, int moreDone) {
            List<Integer> next = new ArrayList<>(steps);
            next.set(client, step);
            return new Moment(List.copyOf(next), after, lines + moreLines, done + moreDone);
        }
    }

    String userName() {
        return userName;
    }

    /** What the user was at the beginning. */
    UserState before() {
        return before;
    }

    synchronized void add(int client, Call call) {
        callsOfClients.computeIfAbsent(client, any -> new ArrayList<>()).add(call);
    }

    /** Every password that the user can have or had. */
    synchronized Set<String> passwords() {
        Set<String> passwords = new TreeSet<>(before.passwords());
        callsOfClients
                .values()
                .forEach(calls ->
                        calls.forEach(call -> passwords.addAll(call.what().passwords())));
        return passwords;
    }

    /**
     * Whether there is an order that explains what was found.
     *
     * @param after what the user is now
     * @param trail what the audit trail says about it since then, as {@link Effect#line}
     * @return how many calls changed something although their answer was lost; empty when no order explains it
     */
    synchronized OptionalInt explain(UserState after, List<String> trail) {
        List<List<Call>> clients = List.copyOf(callsOfClients.values());
        Deque<Moment> open = new ArrayDeque<>();
        Set<Moment> seen = new HashSet<>();
        open.push(new Moment(Collections.nCopies(clients.size(), 0), before, 0, 0));
        while (!open.isEmpty()) {
            Moment moment = open.pop();
            if (isEnd(moment, clients)
                    && moment.lines() == trail.size()
                    && moment.state().equals(after)) {
                return OptionalInt.of(moment.done());
            }
            for (int client = 0; client < clients.size(); client++) {
                for (Moment next : following(moment, client, clients, trail)) {
                    if (seen.add(next)) {
                        open.push(next);
                    }
                }
            }
        }
        return OptionalInt.empty();
    }

    /** For whoever has to find out why nothing explains it. */
    synchronized String describe(UserState after, List<String> trail) {
        var text = new StringBuilder("%s was %s and is %s, trail %s, after".formatted(userName, before, after, trail));
        List<Map.Entry<Integer, Call>> calls = new ArrayList<>();
        callsOfClients.forEach((client, own) -> own.forEach(call -> calls.add(Map.entry(client, call))));
        calls.sort(Comparator.comparingLong(call -> call.getValue().begun()));
        for (Map.Entry<Integer, Call> call : calls) {
            long start = calls.get(0).getValue().begun();
            text.append("\n  client %d, %d to %d us: %s"
                    .formatted(
                            call.getKey(),
                            (call.getValue().begun() - start) / 1000,
                            (call.getValue().ended() - start) / 1000,
                            call.getValue()));
        }
        return text.toString();
    }

    private List<Moment> following(Moment moment, int client, List<List<Call>> clients, List<String> trail) {
        int progress = moment.steps().get(client);
        if (progress / 2 == clients.get(client).size()) {
            return List.of();
        }
        Call call = clients.get(client).get(progress / 2);
        boolean first = progress % 2 == 0;
        if (first && !mayBegin(call, moment, clients)) {
            return List.of();
        }
        int end = progress - progress % 2 + 2;
        List<Moment> following = new ArrayList<>();
        if (first && (call.answer().isEmpty() || call.gaveUp())) {
            following.add(moment.at(client, end, moment.state(), 0, 0));
        }
        List<Step> steps = call.what().steps(call.face(), userName);
        Effect effect = steps.get(progress % 2).on(moment.state());
        if (effect.refusal().isEmpty() && progress % 2 + 1 < steps.size()) {
            following.add(moment.at(client, progress + 1, effect.after(), 0, 0));
        } else if (call.wasAnswered(effect.refusal())) {
            boolean told = effect.line()
                    .map(line -> moment.lines() < trail.size()
                            && trail.get(moment.lines()).equals(line))
                    .orElse(true);
            if (told) {
                int lines = effect.line().isPresent() ? 1 : 0;
                following.add(moment.at(
                        client, end, effect.after(), lines, call.answer().isEmpty() ? lines : 0));
            }
        }
        return following;
    }

    /** Whether all calls that were over before this one began have happened. */
    private static boolean mayBegin(Call call, Moment moment, List<List<Call>> clients) {
        for (int other = 0; other < clients.size(); other++) {
            int ended = moment.steps().get(other) / 2;
            List<Call> calls = clients.get(other);
            if (ended < calls.size() && calls.get(ended).ended() < call.begun()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEnd(Moment moment, List<List<Call>> clients) {
        for (int client = 0; client < clients.size(); client++) {
            if (moment.steps().get(client) < 2 * clients.get(client).size()) {
                return false;
            }
        }
        return true;
    }

    private static String words(Outcome answer) {
        return answer.refusal().map(Problem::name).orElse("done");
    }
}
