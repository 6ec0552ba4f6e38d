package io.gatehouse.testing;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.Http.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The admin API. */
public record AdminApi(Gatehouse server) implements Face {

    private static final String USERS = "/api/v1/users";

    @Override
    public String interfaceName() {
        return "api";
    }

    @Override
    public Outcome logIn(String token) {
        return outcome(Http.send(server, token, "GET", "/api/v1/me", null), "");
    }

    @Override
    public Outcome create(String token, String userName, String password) {
        return outcome(
                Http.send(server, token, "POST", USERS, Http.json(Map.of("userName", userName, "password", password))),
                "");
    }

    @Override
    public Outcome describe(String token, String userName) {
        return outcome(Http.send(server, token, "GET", USERS + "/" + userName, null), "roles");
    }

    @Override
    public Outcome list(String token) {
        return outcome(Http.send(server, token, "GET", USERS + "?limit=1000", null), "users");
    }

    @Override
    public Outcome changePassword(String token, String userName, @Nullable String oldPassword, String newPassword) {
        Map<String, String> body = new LinkedHashMap<>();
        if (oldPassword != null) {
            body.put("oldPassword", oldPassword);
        }
        body.put("newPassword", newPassword);
        return outcome(Http.send(server, token, "PUT", USERS + "/" + userName + "/password", Http.json(body)), "");
    }

    @Override
    public Outcome drop(String token, String userName) {
        return outcome(Http.send(server, token, "DELETE", USERS + "/" + userName, null), "");
    }

    @Override
    public Outcome grantRole(String token, String userName, String roleName) {
        return outcome(Http.send(server, token, "PUT", USERS + "/" + userName + "/roles/" + roleName, null), "");
    }

    @Override
    public Outcome revokeRole(String token, String userName, String roleName) {
        return outcome(Http.send(server, token, "DELETE", USERS + "/" + userName + "/roles/" + roleName, null), "");
    }

    @Override
    public Outcome listRoles(String token) {
        return outcome(Http.send(server, token, "GET", "/api/v1/roles", null), "roles");
    }

    @Override
    public Optional<Problem> dropOfUnknownUser() {
        return Optional.of(Problem.USER_NOT_FOUND);
    }

    private static Outcome outcome(Answer answer, String names) {
        if (answer.status() < 300) {
            return Outcome.success(
                    names.isEmpty()
                            ? List.of()
                            : answer.json()
                                    .path(names)
                                    .valueStream()
                                    .map(AdminApi::name)
                                    .toList());
        }
        String type = answer.json().path("type").stringValue();
        return Outcome.refused(Problem.valueOf(
                type.substring("/problems/".length()).replace('-', '_').toUpperCase(Locale.ROOT)));
    }

    private static String name(JsonNode element) {
        return element.isObject() ? element.path("userName").stringValue() : element.stringValue();
    }
}
