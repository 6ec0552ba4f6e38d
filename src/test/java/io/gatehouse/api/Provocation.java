package io.gatehouse.api;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Makes an operation of the admin API refuse for a given reason, at the address that its example names. */
final class Provocation {

    /** What one request, after those that made the users, can be refused for. */
    static final Set<String> POSSIBLE = Set.of(
            "malformed-request",
            "invalid-user-name",
            "invalid-password",
            "invalid-role-name",
            "unauthenticated",
            "permission-denied",
            "old-password-mismatch",
            "root-protected",
            "self-drop",
            "user-not-found",
            "role-not-found",
            "not-acceptable",
            "user-already-exists",
            "request-too-large",
            "unsupported-media-type",
            "header-too-large");

    private final GatehouseServer server;
    private final String root;
    private final String userName;
    private final String password;
    private final int shortest;

    /**
     * Creates the user of the examples.
     *
     * @param root the token of root
     * @param newUser the schema of a new user
     */
    Provocation(GatehouseServer server, String root, JsonNode newUser) {
        this.server = server;
        this.root = root;
        this.shortest = newUser.at("/properties/password/minLength").asInt();
        this.userName = "user_1"
                .substring(
                        0,
                        Math.min(6, newUser.at("/properties/userName/maxLength").asInt()));
        this.password = "Blue-k3ttle".substring(0, Math.max(shortest, 6));
        new AdminApi(server).create(root, userName, password);
    }

    /** The body of the answer. */
    String refusal(String method, String operationId, String problem, JsonNode example) {
        String query = "";
        if (problem.equals("malformed-request") && !hasBody(operationId)) {
            query = "?limit=0";
        } else if (problem.equals("invalid-user-name") && operationId.equals("listUsers")) {
            query = "?after=1";
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri(example.path("instance").asString() + query));
        String token = token(problem);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        request.header("Accept", problem.equals("not-acceptable") ? "text/xml" : "application/json");
        if (problem.equals("header-too-large")) {
            request.header("X-Long", "x".repeat(17_000));
        }
        boolean sendsBody = hasBody(operationId) || problem.equals("request-too-large");
        if (sendsBody) {
            request.header(
                    "Content-Type", problem.equals("unsupported-media-type") ? "text/plain" : "application/json");
        }
        request.method(
                method, sendsBody ? BodyPublishers.ofString(body(operationId, problem)) : BodyPublishers.noBody());
        if (!problem.equals("self-drop")) {
            return Http.send(request.build()).body();
        }
        var api = new AdminApi(server);
        api.grantRole(root, userName, "admin");
        String refusal = Http.send(request.build()).body();
        api.revokeRole(root, userName, "admin");
        return refusal;
    }

    private static boolean hasBody(String operationId) {
        return operationId.equals("createUser") || operationId.equals("changePassword");
    }

    private @Nullable String token(String problem) {
        return switch (problem) {
            case "unauthenticated" -> null;
            case "permission-denied", "self-drop" -> userName + ":" + password;
            default -> root;
        };
    }

    private String body(String operationId, String problem) {
        if (problem.equals("request-too-large")) {
            return "x".repeat(64 * 1024 + 1);
        }
        boolean malformed = problem.equals("malformed-request");
        String newPassword = problem.equals("invalid-password")
                ? "x".repeat(shortest - 1)
                : "Green-k3ttle-lid".substring(0, Math.max(shortest, 6));
        return operationId.equals("createUser")
                ? Http.json(Map.of(
                        "userName",
                        problem.equals("invalid-user-name") ? "1" : userName,
                        malformed ? "pasword" : "password",
                        newPassword))
                : Http.json(Map.of(
                        malformed ? "oldPasword" : "oldPassword",
                        problem.equals("old-password-mismatch") ? "wrong" : password,
                        "newPassword",
                        newPassword));
    }
}
