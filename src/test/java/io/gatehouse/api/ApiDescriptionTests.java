package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;

import io.gatehouse.user.UserService;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.parameters.RequestBody;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.tags.Tag;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.method.HandlerMethod;

class ApiDescriptionTests {

    private final ApiDescription description = new ApiDescription();

    @Test
    void documentWhenMadeThenSaysWhatGatehouseIsAndHowToAuthenticate() {
        OpenAPI document = description.openApi();

        assertThat(document.getInfo().getTitle()).isEqualTo("Gatehouse");
        assertThat(document.getInfo().getLicense().getIdentifier()).isEqualTo("Apache-2.0");
        assertThat(document.getTags()).extracting(Tag::getName).containsExactly("Users", "Roles", "Me");
        assertThat(document.getTags()).extracting(Tag::getDescription).doesNotContainNull();
        SecurityScheme scheme = named(document.getComponents().getSecuritySchemes(), "token");
        assertThat(scheme.getType()).isEqualTo(SecurityScheme.Type.HTTP);
        assertThat(scheme.getScheme()).isEqualTo("bearer");
        assertThat(scheme.getBearerFormat()).isEqualTo("user:password");
        assertThat(document.getSecurity())
                .singleElement()
                .satisfies(needed -> assertThat(needed).containsKey("token"));
    }

    @Test
    void schemasWhenCustomizedThenHaveTheProblemDocument() {
        var document = new OpenAPI().components(new Components());

        description.problemSchemas().customise(document);

        assertThat(document.getComponents().getSchemas()).containsOnlyKeys("Problem", "FieldProblem");
    }

    @Test
    void pathsAndTagsWhenCustomizedThenAreInOrderAndUsersComeFirst() {
        var paths = new Paths();
        for (String path : new String[] {"/b", "/c", "/a"}) {
            paths.addPathItem(path, new PathItem());
        }
        var document = new OpenAPI()
                .paths(paths)
                .tags(List.of(new Tag().name("Audit"), new Tag().name("Users"), new Tag().name("Me")));

        description.stableOrder().customise(document);

        assertThat(document.getTags()).extracting(Tag::getName).containsExactly("Users", "Audit", "Me");
        assertThat(document.getPaths().keySet()).containsExactly("/a", "/b", "/c");
    }

    @Test
    void responsesWhenTheOperationHasABodyAndAnAnswerThenAreAllThatItCanRefuseWith() {
        Operation create = customized(
                "create", new Operation().requestBody(new RequestBody()).responses(answer("201", new Content())));

        assertThat(problems(create))
                .containsExactly(
                        Map.entry("201", ""),
                        Map.entry("400", "malformed-request invalid-user-name invalid-password"),
                        Map.entry("401", "unauthenticated"),
                        Map.entry("403", "permission-denied"),
                        Map.entry("406", "not-acceptable"),
                        Map.entry("409", "user-already-exists user-limit-reached"),
                        Map.entry("413", "request-too-large"),
                        Map.entry("415", "unsupported-media-type"),
                        Map.entry("429", "too-many-attempts"),
                        Map.entry("431", "header-too-large"),
                        Map.entry("500", "internal-error"),
                        Map.entry("503", "overloaded storage-unavailable"));
        ApiResponse denied = named(create.getResponses(), "403");
        assertThat(denied.getDescription()).isEqualTo("`permission-denied`: Permission denied");
        assertThat(named(denied.getContent(), "application/problem+json")
                        .getSchema()
                        .get$ref())
                .isEqualTo("#/components/schemas/Problem");
    }

    @Test
    void responsesWhenTheOperationHasNeitherBodyNorAnswerThenNoFormatIsRefused() {
        Operation drop = customized("drop", new Operation().responses(answer("204", null)));

        assertThat(problems(drop)).doesNotContainKeys("406", "415");
        assertThat(problems(drop)).containsEntry("403", "permission-denied root-protected self-drop");
    }

    @Test
    void responsesWhenTheClientHasToWaitOrToAuthenticateThenSayInWhichHeaders() {
        Operation drop = customized("drop", new Operation().responses(answer("204", null)));

        var headers = new TreeMap<String, String>();
        drop.getResponses().forEach((status, response) -> {
            if (response.getHeaders() != null) {
                headers.put(status, String.join(" ", new TreeMap<>(response.getHeaders()).keySet()));
            }
        });
        assertThat(headers)
                .containsExactly(
                        Map.entry("401", "WWW-Authenticate"),
                        Map.entry("429", "RateLimit RateLimit-Policy Retry-After"),
                        Map.entry("503", "Retry-After"));
        Header wait = named(named(drop.getResponses(), "503").getHeaders(), "Retry-After");
        assertThat(wait.getDescription()).isEqualTo("Seconds to wait");
        assertThat((Object) wait.getSchema().getTypes()).isEqualTo(Set.of("integer"));
    }

    @Test
    void responsesWhenAnOperationDoesNotSayWhatItRefusesThenTheDocumentIsNotMade() {
        assertThatThrownBy(() -> description
                        .problemResponses()
                        .customize(new Operation(), new HandlerMethod(this, method(Object.class, "toString"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("an operation without @Refuses: ");
    }

    private Operation customized(String method, Operation operation) {
        var controller = new UserController(mock(UserService.class));
        return description
                .problemResponses()
                .customize(operation, new HandlerMethod(controller, method(UserController.class, method)));
    }

    /** The names of the problems by status. */
    private static Map<String, String> problems(Operation operation) {
        var problems = new TreeMap<String, String>();
        operation.getResponses().forEach((status, response) -> {
            String text = response.getDescription() == null ? "" : response.getDescription();
            problems.put(
                    status,
                    text.lines()
                            .filter(line -> line.startsWith("`"))
                            .map(line -> line.substring(1, line.indexOf('`', 1)))
                            .reduce((first, second) -> first + " " + second)
                            .orElse(""));
        });
        return problems;
    }

    private static ApiResponses answer(String status, @Nullable Content content) {
        return new ApiResponses().addApiResponse(status, new ApiResponse().content(content));
    }

    private static Method method(Class<?> type, String name) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> method.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** What a part of a document has under a name. */
    private static <T> T named(Map<String, T> parts, String name) {
        return Objects.requireNonNull(parts.get(name), name);
    }
}
