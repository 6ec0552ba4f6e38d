package io.gatehouse.api;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.links.Link;
import io.swagger.v3.oas.models.responses.ApiResponse;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can be done next with what an operation answered (OpenAPI's links): the story of a user, from its creation to its drop. */
final class ApiLinks {

    private static final String USER_NAME = "userName";
    private static final String FROM_BODY = "$response.body#/userName";
    private static final String FROM_PATH = "$request.path.userName";

    private ApiLinks() {}

    /**
     * Adds the links.
     *
     * @param newPassword one that the policy accepts
     */
    static void addTo(OpenAPI document, String newPassword) {
        Map<String, Operation> operations = document.getPaths().values().stream()
                .map(PathItem::readOperations)
                .flatMap(list -> list.stream())
                .collect(Collectors.toMap(Operation::getOperationId, Function.identity()));

        Operation create = operation(operations, "createUser");
        link(create, "201", "describe", user("describeUser", FROM_BODY, "The new user"));
        link(
                create,
                "201",
                "changePassword",
                user("changePassword", FROM_BODY, "With the password that the user was created with")
                        .requestBody(Map.of("oldPassword", "$request.body#/password", "newPassword", newPassword)));
        link(
                create,
                "201",
                "grantRole",
                user("grantRole", FROM_BODY, "The user becomes an administrator")
                        .addParameter("roleName", "admin"));
        link(create, "201", "drop", user("dropUser", FROM_BODY, "The new user"));

        Operation changePassword = operation(operations, "changePassword");
        link(changePassword, "204", "describe", user("describeUser", FROM_PATH, "The same user"));
        link(changePassword, "204", "drop", user("dropUser", FROM_PATH, "The same user"));

        Operation grant = operation(operations, "grantRole");
        link(grant, "204", "describe", user("describeUser", FROM_PATH, "The same user"));
        link(
                grant,
                "204",
                "revokeRole",
                user("revokeRole", FROM_PATH, "The same role of the same user")
                        .addParameter("roleName", "$request.path.roleName"));
        link(grant, "204", "drop", user("dropUser", FROM_PATH, "The same user"));

        Operation revoke = operation(operations, "revokeRole");
        link(revoke, "204", "describe", user("describeUser", FROM_PATH, "The same user"));
        link(revoke, "204", "drop", user("dropUser", FROM_PATH, "The same user"));

        link(operation(operations, "dropUser"), "204", "describe", user("describeUser", FROM_PATH, "Nobody any more"));

        link(
                operation(operations, "listUsers"),
                "200",
                "nextPage",
                new Link()
                        .operationId("listUsers")
                        .addParameter("after", "$response.body#/next")
                        .description("The following page, where there is one"));
    }

    private static Link user(String operationId, String userName, String description) {
        return new Link()
                .operationId(operationId)
                .addParameter(USER_NAME, userName)
                .description(description);
    }

    private static void link(Operation from, String status, String name, Link link) {
        ApiResponse response = from.getResponses().get(status);
        if (response == null) {
            throw new IllegalStateException(from.getOperationId() + " has no answer " + status);
        }
        response.link(name, link);
    }

    private static Operation operation(Map<String, Operation> operations, String id) {
        Operation operation = operations.get(id);
        if (operation == null) {
            throw new IllegalStateException("there is no operation " + id);
        }
        return operation;
    }
}
