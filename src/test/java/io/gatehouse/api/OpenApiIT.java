package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import tools.jackson.databind.JsonNode;

/** The OpenAPI document: what it says about each operation, and that its examples are true. */
class OpenApiIT {

    /** The default password of root is too short for {@link #OTHER_LIMITS}. */
    private static final String ROOT = "root:R00t-pass";

    /** The order in which the examples make sense: each finds what the ones before it left behind. */
    private static final String AUDIT = "listAuditEvents";

    private static final List<String> STORY = List.of(
            "me",
            "listRoles",
            AUDIT,
            "createUser",
            "listUsers",
            "describeUser",
            "changePassword",
            "grantRole",
            "revokeRole",
            "dropUser");

    private static final String[] OTHER_LIMITS = {
        "proxy.minPasswordLength=9",
        "proxy.maxPasswordLength=10",
        "proxy.maxUsernameLength=5",
        "gatehouse.allow-dots-and-hyphens=true",
        "gatehouse.password.refuse-common=true",
        "gatehouse.password.refuse-current=true"
    };

    private static final Pattern TIMESTAMP =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?Z");
    private static final Pattern REQUEST_ID = Pattern.compile("[0-9a-f]{16}");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)}");

    private static final Map<Integer, Set<String>> PROBLEMS_OF_EVERY_OPERATION = Map.of(
            400, Set.of("malformed-request"),
            401, Set.of("unauthenticated"),
            413, Set.of("request-too-large"),
            429, Set.of("too-many-attempts"),
            431, Set.of("header-too-large"),
            500, Set.of("internal-error"),
            503, Set.of("overloaded", "storage-unavailable"));

    private final GatehouseServer server = GatehouseServer.shared(TestDatabase.H2);
    private final JsonNode document = document(server);

    private record DocumentedOperation(String method, String path, JsonNode description) {

        String id() {
            return description.path("operationId").asString("");
        }

        List<Map.Entry<String, JsonNode>> responses() {
            return List.copyOf(description.path("responses").properties());
        }

        Map.Entry<String, JsonNode> success() {
            return responses().stream()
                    .filter(response -> response.getKey().startsWith("2"))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public String toString() {
            return id();
        }
    }

    @Test
    void documentWhenReadThenIsOpenApi31WithTheTokenEverywhere() {
        assertThat(document.path("openapi").asString()).startsWith("3.1.");
        assertThat(document.at("/components/securitySchemes/token/type").asString())
                .isEqualTo("http");
        assertThat(document.at("/components/securitySchemes/token/scheme").asString())
                .isEqualTo("bearer");
        assertThat(document.path("security").toString()).isEqualTo("[{\"token\":[]}]");
        assertThat(operations())
                .allSatisfy(operation ->
                        assertThat(operation.description().has("security")).isFalse());
    }

    @TestConfiguration
    static class Counting {

        private static final AtomicInteger MADE = new AtomicInteger();

        @Bean
        GlobalOpenApiCustomizer counting() {
            return document -> MADE.incrementAndGet();
        }
    }

    @Test
    void documentWhenAskedForInManyLanguagesThenIsMadeOnce() {
        try (GatehouseServer counted = GatehouseServer.startWith(Counting.class, TestDatabase.H2)) {
            for (String language : List.of("en", "de", "fr-CA", "en-x-1", "en-x-2")) {
                HttpRequest request = HttpRequest.newBuilder(counted.uri("/v3/api-docs"))
                        .header("Accept-Language", language)
                        .build();
                assertThat(Http.send(request).status()).isEqualTo(200);
            }

            assertThat(Counting.MADE).hasValue(1);
        }
    }

    @Test
    void documentWhenReadThenItsTagsAreDescribedAndUsed() {
        Set<String> described = elements(document.path("tags"))
                .filter(tag -> !tag.path("description").asString("").isEmpty())
                .map(tag -> tag.path("name").asString())
                .collect(Collectors.toSet());

        Set<String> used = operations().stream()
                .flatMap(operation -> elements(operation.description().path("tags")))
                .map(JsonNode::asString)
                .collect(Collectors.toSet());

        assertThat(described)
                .containsExactlyInAnyOrder("Users", "Roles", "Me", "Audit")
                .isEqualTo(used);
        assertThat(document.path("tags").path(0).path("name").asString()).isEqualTo("Users");
    }

    @Test
    void operationsWhenReadThenAreExactlyThoseOfTheStory() {
        assertThat(operations())
                .extracting(DocumentedOperation::id)
                .containsExactlyInAnyOrderElementsOf(STORY)
                .doesNotHaveDuplicates();
    }

    @Test
    void operationsWhenReadThenEachIsSummarisedAndItsBodiesHaveASchemaAndAnExample() {
        assertThat(operations()).allSatisfy(operation -> {
            assertThat(operation.description().path("summary").asString("")).isNotEmpty();
            assertThat(operation.description().path("description").asString("")).isNotEmpty();
            assertBodyIsDescribed(operation.description().path("requestBody"));
            assertBodyIsDescribed(operation.success().getValue());
        });
    }

    @Test
    void operationsWhenRefusedThenEveryStatusIsDocumentedAsAProblem() {
        assertThat(operations()).allSatisfy(operation -> {
            JsonNode responses = operation.description().path("responses");
            PROBLEMS_OF_EVERY_OPERATION.forEach((status, problems) -> assertThat(responses
                            .path(status.toString())
                            .path("description")
                            .asString())
                    .contains(problems));
            assertThat(responses.has("405")).isFalse();
            assertThat(responses.has("415")).isEqualTo(operation.description().has("requestBody"));
            assertThat(responses.has("406"))
                    .isEqualTo(operation.success().getValue().has("content"));
            assertThat(operation.responses())
                    .filteredOn(response -> !response.getKey().startsWith("2"))
                    .allSatisfy(response -> assertThat(response.getValue()
                                    .at("/content/application~1problem+json/schema/$ref")
                                    .asString())
                            .isEqualTo("#/components/schemas/Problem"));
        });
    }

    @Test
    void refusalsWhenReadThenEachStatusHasItsOwnExamples() {
        assertThat(operations())
                .allSatisfy(operation -> assertThat(operation.responses())
                        .filteredOn(response -> Integer.parseInt(response.getKey()) >= 400)
                        .isNotEmpty()
                        .allSatisfy(response -> {
                            JsonNode examples = response.getValue().at("/content/application~1problem+json/examples");
                            assertThat(examples.size()).isPositive();
                            assertThat(response.getValue().path("description").asString())
                                    .contains(examples.propertyNames());
                            examples.properties().forEach(example -> {
                                JsonNode problem = example.getValue().path("value");
                                assertThat(problem.path("status").asInt())
                                        .isEqualTo(Integer.parseInt(response.getKey()));
                                assertThat(problem.path("type").asString()).isEqualTo("/problems/" + example.getKey());
                                assertThat(problem.path("instance").asString())
                                        .matches(PLACEHOLDER
                                                .matcher(operation.path())
                                                .replaceAll("[^/]+"));
                                assertThat(problem.path("detail").asString()).isNotEmpty();
                            });
                        }));
    }

    /** Makes each operation refuse for each reason that a single request can give it. */
    @TestFactory
    Stream<DynamicTest> refusalsWhenProvokedThenAreTheExamples() {
        return provoked(start());
    }

    @TestFactory
    Stream<DynamicTest> refusalsWhenTheSettingsAllowOthersThenAreTheExamplesToo() {
        return provoked(start(OTHER_LIMITS));
    }

    private static Stream<DynamicTest> provoked(GatehouseServer server) {
        JsonNode document = document(server);
        Provocation provocation = new Provocation(server, ROOT, schema(document, "NewUser"));
        return operations(document).stream()
                .flatMap(operation -> operation.responses().stream()
                        .flatMap(response ->
                                response
                                        .getValue()
                                        .at("/content/application~1problem+json/examples")
                                        .properties()
                                        .stream())
                        .filter(example -> Provocation.POSSIBLE.contains(example.getKey()))
                        .map(example -> dynamicTest(
                                operation + " " + example.getKey(),
                                () -> assertThat(REQUEST_ID
                                                .matcher(provocation.refusal(
                                                        operation.method(),
                                                        operation.id(),
                                                        example.getKey(),
                                                        example.getValue().path("value")))
                                                .replaceAll("<request id>"))
                                        .isEqualTo(REQUEST_ID
                                                .matcher(example.getValue()
                                                        .path("value")
                                                        .toString())
                                                .replaceAll("<request id>")))))
                .onClose(server::close);
    }

    @Test
    void limitsWhenTheSettingsAllowOthersThenAreTheirs() {
        try (GatehouseServer other = start(OTHER_LIMITS)) {
            JsonNode described = document(other);

            JsonNode userName = schema(described, "NewUser").at("/properties/userName");
            assertThat(userName.path("maxLength").asInt()).isEqualTo(5);
            assertThat(userName.path("pattern").asString()).isEqualTo("^[A-Za-z][A-Za-z0-9_.\\-]*$");
            assertThat(userName.path("description").asString())
                    .isEqualTo("Must have 1 to 5 characters, begin with a letter, and have only letters, digits,"
                            + " underscores, dots and hyphens");
            assertThat(List.of(
                            schema(described, "NewUser").at("/properties/password"),
                            schema(described, "PasswordChange").at("/properties/newPassword")))
                    .allSatisfy(password -> {
                        assertThat(password.path("minLength").asInt()).isEqualTo(9);
                        assertThat(password.path("maxLength").asInt()).isEqualTo(10);
                        assertThat(password.path("description").asString())
                                .isEqualTo(
                                        "Must have 9 to 10 characters, must not be a commonly used password, must not be"
                                                + " the current password");
                    });
            assertThat(operations(described).stream()
                            .flatMap(operation ->
                                    elements(operation.description().path("parameters")))
                            .filter(parameter ->
                                    parameter.path("name").asString().equals("userName")))
                    .hasSize(5)
                    .allSatisfy(parameter -> {
                        // Users who are there keep names that the settings do not allow any more
                        assertThat(parameter.at("/schema/maxLength").asInt()).isEqualTo(255);
                        assertThat(parameter.at("/schema/pattern").asString()).isEqualTo("^[A-Za-z][A-Za-z0-9_.\\-]*$");
                        assertThat(parameter.path("example").asString()).isEqualTo("user_");
                    });
            assertThat(described.at("/paths/~1api~1v1~1users/get/parameters").toString())
                    .contains("\"maxLength\":255", "\"pattern\":\"^([A-Za-z][A-Za-z0-9_.\\\\-]*)?$\"");
            assertThat(Http.send(other, null, "GET", "/problems/invalid-password", null)
                            .body())
                    .contains("A password must have 9 to 10 characters, must not be a commonly used password");
            assertThat(Http.send(other, null, "GET", "/problems/invalid-user-name", null)
                            .body())
                    .contains("A user name must have 1 to 5 characters");
        }
    }

    @Test
    void schemasWhenReadThenSayWhatIsRequiredAndThatUnknownFieldsAreRefused() {
        assertThat(required("Problem"))
                .containsExactlyInAnyOrder("type", "title", "status", "detail", "instance", "requestId");
        assertThat(required("FieldProblem")).containsExactlyInAnyOrder("field", "message");
        assertThat(required("User"))
                .containsExactlyInAnyOrder("userName", "roles", "administrator", "createdAt", "updatedAt");
        assertThat(required("Users")).containsExactly("users");
        assertThat(required("Roles")).containsExactly("roles");
        assertThat(required("Me")).containsExactlyInAnyOrder("userName", "roles", "superUser", "administrator");
        assertThat(required("NewUser")).containsExactlyInAnyOrder("userName", "password");
        assertThat(required("PasswordChange")).containsExactly("newPassword");
        assertThat(List.of("NewUser", "PasswordChange"))
                .allSatisfy(name -> assertThat(
                                schema(name).path("additionalProperties").toString())
                        .isEqualTo("false"));
    }

    @Test
    void passwordsWhenDescribedThenAreOfFormatPasswordAndOfBoundedLength() {
        assertThat(List.of(
                        schema("NewUser").at("/properties/password"),
                        schema("PasswordChange").at("/properties/newPassword"),
                        schema("PasswordChange").at("/properties/oldPassword")))
                .allSatisfy(password -> {
                    assertThat(password.path("type").toString()).contains("\"string\"");
                    assertThat(password.path("format").asString()).isEqualTo("password");
                    assertThat(password.path("minLength").asInt()).isPositive();
                    assertThat(password.path("maxLength").asInt()).isEqualTo(256);
                });
    }

    /** Sends the request examples exactly as they stand in the document, to a server that has seen nothing before. */
    @TestFactory
    Stream<DynamicTest> examplesWhenSentThenAnswerAsDocumented() {
        return examplesOf(start());
    }

    @TestFactory
    Stream<DynamicTest> examplesWhenTheSettingsAllowOthersThenAnswerAsDocumentedToo() {
        return examplesOf(start(OTHER_LIMITS));
    }

    private static Stream<DynamicTest> examplesOf(GatehouseServer fresh) {
        Map<String, DocumentedOperation> byId = operations(document(fresh)).stream()
                .collect(Collectors.toMap(DocumentedOperation::id, operation -> operation));
        return STORY.stream()
                .map(id -> dynamicTest(id, () -> assertExamplesAreTrue(fresh, required(byId, id))))
                .onClose(fresh::close);
    }

    private static void assertExamplesAreTrue(GatehouseServer server, DocumentedOperation operation) {
        if (operation.id().equals(AUDIT)) {
            Await.until(
                    "the login is in the trail",
                    () -> Http.send(server, ROOT, "GET", "/api/v1/audit-events?action=login", null)
                            .body()
                            .contains("\"login\""));
        }
        JsonNode requests = operation.description().at("/requestBody/content/application~1json/examples");
        if (requests.isEmpty()) {
            assertAnswersAsDocumented(server, operation, null, null);
            return;
        }
        requests.properties()
                .forEach(example -> assertAnswersAsDocumented(
                        server, operation, example.getKey(), example.getValue().path("value")));
    }

    private static void assertAnswersAsDocumented(
            GatehouseServer server,
            DocumentedOperation operation,
            @Nullable String exampleName,
            @Nullable JsonNode body) {
        Answer answer = Http.send(
                server, ROOT, operation.method(), examplePath(operation), body == null ? null : body.toString());

        JsonNode success = operation.success().getValue();
        assertThat(answer.status())
                .as(answer.body())
                .isEqualTo(Integer.parseInt(operation.success().getKey()));
        assertThat(answer.response().headers().map().keySet()).containsAll(headerNames(success));
        JsonNode examples = success.at("/content/application~1json/examples");
        if (!success.has("content")) {
            assertThat(answer.body()).isEmpty();
            return;
        }
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(examples.size()).isPositive();
        examples.properties().stream()
                .filter(example -> exampleName == null || example.getKey().equals(exampleName))
                .forEach(example -> assertThat(shape(answer.body()))
                        .isEqualTo(shape(example.getValue().path("value").toString())));
        if (exampleName != null) {
            assertThat(examples.has(exampleName))
                    .as("a response example for the request example " + exampleName)
                    .isTrue();
        }
    }

    private static List<String> headerNames(JsonNode response) {
        return response.path("headers").properties().stream()
                .filter(header -> header.getValue().path("required").asBoolean())
                .map(header -> header.getKey().toLowerCase(Locale.ROOT))
                .toList();
    }

    /** The path with the parameters' own examples in it. */
    private static String examplePath(DocumentedOperation operation) {
        Map<String, String> examples = elements(operation.description().path("parameters"))
                .filter(parameter -> parameter.path("in").asString().equals("path"))
                .collect(Collectors.toMap(
                        parameter -> parameter.path("name").asString(),
                        parameter -> parameter.path("example").asString()));
        return PLACEHOLDER
                .matcher(operation.path())
                .replaceAll(found -> Matcher.quoteReplacement(required(examples, found.group(1))));
    }

    /** The same JSON with what differs in each run replaced by its kind. */
    private static String shape(String json) {
        return REQUEST_ID
                .matcher(TIMESTAMP.matcher(json).replaceAll("<timestamp>"))
                .replaceAll("<request id>");
    }

    private static void assertBodyIsDescribed(JsonNode bodyOrResponse) {
        assertThat(bodyOrResponse.path("content").properties()).allSatisfy(content -> {
            assertThat(content.getKey()).isEqualTo("application/json");
            assertThat(content.getValue().at("/schema/$ref").asString()).startsWith("#/components/schemas/");
            assertThat(content.getValue().path("examples").size()).isPositive();
        });
    }

    private static GatehouseServer start(String... settings) {
        return GatehouseServer.start(
                TestDatabase.H2,
                Stream.concat(
                                Stream.of("common.security.defaultRootPassword=" + ROOT.substring("root:".length())),
                                Stream.of(settings))
                        .toArray(String[]::new));
    }

    private static JsonNode document(GatehouseServer server) {
        return Http.send(server, null, "GET", "/v3/api-docs", null).json();
    }

    private List<DocumentedOperation> operations() {
        return operations(document);
    }

    private static List<DocumentedOperation> operations(JsonNode document) {
        return document.path("paths").properties().stream()
                .flatMap(path -> path.getValue().properties().stream()
                        .map(operation -> new DocumentedOperation(
                                operation.getKey().toUpperCase(Locale.ROOT), path.getKey(), operation.getValue())))
                .toList();
    }

    private JsonNode schema(String name) {
        return schema(document, name);
    }

    private static JsonNode schema(JsonNode document, String name) {
        return document.path("components").path("schemas").path(name);
    }

    private List<String> required(String schemaName) {
        return elements(schema(schemaName).path("required"))
                .map(JsonNode::asString)
                .toList();
    }

    private static <T> T required(Map<String, T> values, String key) {
        T value = values.get(key);
        assertThat(value).as("the document has no " + key).isNotNull();
        return Objects.requireNonNull(value);
    }

    private static Stream<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}
