package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.PathItem.HttpMethod;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.links.Link;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiLinksTests {

    private final Map<String, Operation> operations = new TreeMap<>(Map.of(
            "createUser", operation("createUser", "201"),
            "listUsers", operation("listUsers", "200"),
            "describeUser", operation("describeUser", "200"),
            "changePassword", operation("changePassword", "204"),
            "dropUser", operation("dropUser", "204"),
            "grantRole", operation("grantRole", "204"),
            "revokeRole", operation("revokeRole", "204")));

    /** Where each operation can lead to, and with what. */
    @ParameterizedTest
    @CsvSource({
        "createUser, 201, describe, describeUser, {userName=$response.body#/userName}",
        "createUser, 201, changePassword, changePassword, {userName=$response.body#/userName}",
        "createUser, 201, grantRole, grantRole, '{userName=$response.body#/userName, roleName=admin}'",
        "createUser, 201, drop, dropUser, {userName=$response.body#/userName}",
        "changePassword, 204, describe, describeUser, {userName=$request.path.userName}",
        "changePassword, 204, drop, dropUser, {userName=$request.path.userName}",
        "grantRole, 204, describe, describeUser, {userName=$request.path.userName}",
        "grantRole, 204, revokeRole, revokeRole,"
                + " '{userName=$request.path.userName, roleName=$request.path.roleName}'",
        "grantRole, 204, drop, dropUser, {userName=$request.path.userName}",
        "revokeRole, 204, describe, describeUser, {userName=$request.path.userName}",
        "revokeRole, 204, drop, dropUser, {userName=$request.path.userName}",
        "dropUser, 204, describe, describeUser, {userName=$request.path.userName}",
        "listUsers, 200, nextPage, listUsers, {after=$response.body#/next}"
    })
    void linksWhenAddedThenTellWhatCanBeDoneNext(String from, String status, String name, String to, String given) {
        ApiLinks.addTo(document(), "P@ssw0rd123");

        Link link = link(from, status, name);
        assertThat(link.getOperationId()).isEqualTo(to);
        assertThat(link.getParameters()).hasToString(given);
        assertThat(link.getDescription()).isNotBlank();
    }

    @Test
    void linksWhenAPasswordCanBeChangedThenTheOldOneIsThatOfTheCreation() {
        ApiLinks.addTo(document(), "P@ssw0rd123");

        assertThat(link("createUser", "201", "changePassword").getRequestBody())
                .isEqualTo(Map.of("oldPassword", "$request.body#/password", "newPassword", "P@ssw0rd123"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"createUser", "changePassword", "grantRole", "revokeRole", "dropUser", "listUsers"})
    void linksWhenAnOperationIsGoneThenSaysWhich(String gone) {
        operations.remove(gone);

        assertThatThrownBy(() -> ApiLinks.addTo(document(), "P@ssw0rd123")).hasMessage("there is no operation " + gone);
    }

    @Test
    void linksWhenAnAnswerIsGoneThenSaysWhich() {
        operations.put("createUser", operation("createUser", "200"));

        assertThatThrownBy(() -> ApiLinks.addTo(document(), "P@ssw0rd123")).hasMessage("createUser has no answer 201");
    }

    private Link link(String operation, String status, String name) {
        return named(named(named(operations, operation).getResponses(), status).getLinks(), name);
    }

    private OpenAPI document() {
        var paths = new Paths();
        operations.forEach((id, operation) -> {
            var path = new PathItem();
            path.operation(HttpMethod.GET, operation);
            paths.addPathItem("/" + id, path);
        });
        return new OpenAPI().paths(paths);
    }

    private static Operation operation(String id, String status) {
        return new Operation().operationId(id).responses(new ApiResponses().addApiResponse(status, new ApiResponse()));
    }

    /** What a part of a document has under a name. */
    static <T> T named(Map<String, T> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }
}
