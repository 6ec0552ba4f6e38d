package io.gatehouse.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.Face.Outcome;
import io.gatehouse.testing.Gatehouse;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.RestV2;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;

/** Holds what is there against what clients know, from one accident to the next. */
final class Comparison {

    /** Those in whose name the clients act, made before the first cycle. */
    private static final Set<String> ADMINISTRATORS = Set.of("root", "boss");

    private final Map<String, UserState> known = new TreeMap<>();
    private long lastId;
    private int compared;
    private int doneUnanswered;

    /** Begins with a new database: none of these users exists yet. */
    Comparison(List<String> userNames) {
        userNames.forEach(userName -> known.put(userName, UserState.ABSENT));
    }

    /** An empty history of each user, beginning with what it is now. */
    Map<String, History> histories() {
        return known.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, user -> new History(user.getKey(), user.getValue())));
    }

    /** Fails unless everything that is there is explained by what was asked for and answered. */
    void compare(Map<String, History> histories, StoredUsers stored, Gatehouse gatehouse) {
        assertThat(stored.faults()).isEmpty();
        Map<String, UserState> found = new ConcurrentSkipListMap<>();
        histories.values().parallelStream().forEach(history -> found.put(history.userName(), find(gatehouse, history)));
        Map<String, List<String>> trail = stored.since(lastId);
        List<String> deviations = new ArrayList<>();
        for (History history : histories.values()) {
            String userName = history.userName();
            UserState state = found.getOrDefault(userName, UserState.ABSENT);
            Set<String> roles = stored.users().get(userName);
            if (state.exists() != (roles != null) || (roles != null && !roles.equals(state.roles()))) {
                deviations.add("%s is stored with the roles %s, but described as %s".formatted(userName, roles, state));
            }
            List<String> lines = trail.getOrDefault(userName, List.of());
            OptionalInt done = history.explain(state, lines);
            if (done.isEmpty()) {
                deviations.add(history.describe(state, lines));
            }
            doneUnanswered += done.orElse(0);
            known.put(userName, state);
        }
        Set<String> others = new TreeSet<>(trail.keySet());
        others.removeAll(histories.keySet());
        others.removeAll(ADMINISTRATORS);

        assertThat(deviations).isEmpty();
        assertThat(others).describedAs("users whom nobody changed").isEmpty();
        assertThat(new AdminApi(gatehouse).list(UserCall.ROOT).names())
                .containsExactlyElementsOf(stored.users().keySet());
        compared += histories.size();
        lastId = stored.lastId();
    }

    /** How many users were compared so far. */
    int compared() {
        return compared;
    }

    /** How many changes were found done although their answer was lost, so far. */
    int doneUnanswered() {
        return doneUnanswered;
    }

    /** What a user is: as it is described, and with whichever of its passwords let it in, over all faces alike. */
    static UserState find(Gatehouse gatehouse, History history) {
        List<Face> faces =
                new ArrayList<>(List.of(new AdminApi(gatehouse), new Grpc(gatehouse), new RestV2(gatehouse)));
        Collections.rotate(faces, history.userName().hashCode());
        Outcome described = new AdminApi(gatehouse).describe(UserCall.ROOT, history.userName());
        assertThat(described.refusal()).isIn(Optional.empty(), Optional.of(Problem.USER_NOT_FOUND));
        Set<String> working = new TreeSet<>();
        for (String password : history.passwords()) {
            Collections.rotate(faces, 1);
            Outcome answer = faces.get(0).logIn(history.userName() + ":" + password);
            assertThat(answer.refusal()).isIn(Optional.empty(), Optional.of(Problem.UNAUTHENTICATED));
            if (answer.refusal().isEmpty()) {
                working.add(password);
            }
        }
        return new UserState(described.refusal().isEmpty(), working, Set.copyOf(described.names()));
    }
}
