package io.gatehouse.testing;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.Http.Answer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Milvus' REST v2. */
public record RestV2(Gatehouse server) implements Face {

    @Override
    public String interfaceName() {
        return "rest-v2";
    }

    @Override
    public Outcome logIn(String token) {
        return call(token, "users/describe", Map.of("userName", token.substring(0, token.indexOf(':'))));
    }

    @Override
    public Outcome create(String token, String userName, String password) {
        return call(token, "users/create", Map.of("userName", userName, "password", password));
    }

    @Override
    public Outcome describe(String token, String userName) {
        return call(token, "users/describe", Map.of("userName", userName));
    }

    @Override
    public Outcome list(String token) {
        return call(token, "users/list", Map.of());
    }

    @Override
    public Outcome changePassword(String token, String userName, @Nullable String oldPassword, String newPassword) {
        Map<String, String> body = new LinkedHashMap<>();
        body.put("userName", userName);
        if (oldPassword != null) {
            body.put("password", oldPassword);
        }
        body.put("newPassword", newPassword);
        return call(token, "users/update_password", body);
    }

    @Override
    public Outcome drop(String token, String userName) {
        return call(token, "users/drop", Map.of("userName", userName));
    }

    @Override
    public Outcome grantRole(String token, String userName, String roleName) {
        return call(token, "users/grant_role", Map.of("userName", userName, "roleName", roleName));
    }

    @Override
    public Outcome revokeRole(String token, String userName, String roleName) {
        return call(token, "users/revoke_role", Map.of("userName", userName, "roleName", roleName));
    }

    @Override
    public Outcome listRoles(String token) {
        return call(token, "roles/list", Map.of());
    }

    @Override
    public Optional<Problem> dropOfUnknownUser() {
        return Optional.empty();
    }

    private Outcome call(String token, String path, Map<String, String> body) {
        Answer answer = Http.send(server, token, "POST", "/v2/vectordb/" + path, Http.json(body));
        JsonNode json = answer.json();
        if (json.path("code").intValue() == 0) {
            return Outcome.success(
                    json.path("data").isArray()
                            ? json.path("data")
                                    .valueStream()
                                    .map(JsonNode::stringValue)
                                    .toList()
                            : List.of());
        }
        return Outcome.refused(problem(
                answer.status(),
                json.path("code").intValue(),
                json.path("message").stringValue()));
    }

    private static Problem problem(int status, int code, String message) {
        return switch (code) {
            case 2 -> Problem.STORAGE_UNAVAILABLE;
            case 4 -> Problem.OVERLOADED;
            case 1100 -> message.contains("password") ? Problem.INVALID_PASSWORD : Problem.INVALID_USER_NAME;
            case 1400 -> Problem.OLD_PASSWORD_MISMATCH;
            case 1401 -> message.contains("root") ? Problem.ROOT_PROTECTED : Problem.SELF_DROP;
            case 1800 -> Problem.UNAUTHENTICATED;
            case 1807 -> Problem.TOO_MANY_ATTEMPTS;
            // A field that is missing, which only an old password ever is in these tests
            case 1802 -> message.contains("UserName") ? Problem.INVALID_USER_NAME : Problem.OLD_PASSWORD_MISMATCH;
            case 65535 -> unexpected(status, message);
            default -> throw new IllegalStateException(status + " " + code + " " + message);
        };
    }

    private static Problem unexpected(int status, String message) {
        if (status == 403) {
            return Problem.PERMISSION_DENIED;
        }
        if (message.startsWith("user already exists")) {
            return Problem.USER_ALREADY_EXISTS;
        }
        if (message.contains("number of users")) {
            return Problem.USER_LIMIT_REACHED;
        }
        if (message.contains("not found the role")) {
            return Problem.ROLE_NOT_FOUND;
        }
        return message.contains("not found") ? Problem.USER_NOT_FOUND : Problem.INTERNAL_ERROR;
    }
}
