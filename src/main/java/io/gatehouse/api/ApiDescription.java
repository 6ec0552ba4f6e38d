package io.gatehouse.api;

import io.gatehouse.http.Refuses;
import io.gatehouse.problem.Problem;
import io.swagger.v3.core.converter.ModelConverters;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.Paths;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springdoc.core.customizers.GlobalOpenApiCustomizer;
import org.springdoc.core.customizers.GlobalOperationCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;

/** The OpenAPI document: what no single operation says. */
@Configuration(proxyBeanMethods = false)
class ApiDescription {

    private static final String SCHEME = "token";

    /** What every operation can answer, whatever it does. */
    private static final List<Problem> ALWAYS = List.of(
            Problem.MALFORMED_REQUEST,
            Problem.UNAUTHENTICATED,
            Problem.REQUEST_TOO_LARGE,
            Problem.TOO_MANY_ATTEMPTS,
            Problem.HEADER_TOO_LARGE,
            Problem.INTERNAL_ERROR,
            Problem.OVERLOADED,
            Problem.STORAGE_UNAVAILABLE);

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info()
                        .title("Gatehouse")
                        .version("v1")
                        .description(
                                "Milvus' users: create, describe, list, reset and drop them. Press **Authorize** and give the"
                                        + " token `user:password`, such as `root:Milvus`. Every refusal is a problem document"
                                        + " (RFC 9457), whose `type` is the address of a page that explains it.")
                        .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
                .tags(List.of(
                        tag(
                                ApiText.USERS_TAG,
                                "Create, describe, list and drop users, change passwords, grant and revoke roles"),
                        tag(ApiText.ROLES_TAG, "The roles that there are"),
                        tag(ApiText.ME_TAG, "Whose token it is")))
                .addServersItem(new Server().url("/"))
                .addSecurityItem(new SecurityRequirement().addList(SCHEME))
                .components(new Components().addSecuritySchemes(SCHEME, scheme()));
    }

    @Bean
    GlobalOpenApiCustomizer problemSchemas() {
        return document -> ModelConverters.getInstance(true)
                .readAll(ProblemDocument.class)
                .forEach(document.getComponents()::addSchemas);
    }

    @Bean
    GlobalOpenApiCustomizer limits(ApiLimits limits) {
        return limits::addTo;
    }

    @Bean
    GlobalOpenApiCustomizer examples(ProblemExamples examples) {
        return examples::addTo;
    }

    /** The same document at every start, whatever order the controllers were found in; users, whom it is about, come first. */
    @Bean
    GlobalOpenApiCustomizer stableOrder() {
        return document -> {
            document.setTags(document.getTags().stream()
                    .sorted(Comparator.comparing(tag -> !tag.getName().equals(ApiText.USERS_TAG)))
                    .toList());
            var sorted = new Paths();
            new TreeMap<>(document.getPaths()).forEach(sorted::addPathItem);
            document.setPaths(sorted);
        };
    }

    @Bean
    GlobalOperationCustomizer problemResponses() {
        return (operation, method) -> {
            Refuses refuses = method.getMethodAnnotation(Refuses.class);
            if (refuses == null) {
                throw new IllegalStateException("an operation without @Refuses: " + method.getShortLogMessage());
            }
            List<Problem> problems = new ArrayList<>(ALWAYS);
            problems.addAll(Arrays.asList(refuses.value()));
            if (operation.getResponses().values().stream().anyMatch(success -> success.getContent() != null)) {
                problems.add(Problem.NOT_ACCEPTABLE);
            }
            if (operation.getRequestBody() != null) {
                problems.add(Problem.UNSUPPORTED_MEDIA_TYPE);
            }
            addResponses(operation, problems);
            return operation;
        };
    }

    private static void addResponses(Operation operation, List<Problem> problems) {
        Map<Integer, List<Problem>> byStatus = problems.stream()
                .collect(Collectors.groupingBy(
                        problem -> ProblemType.of(problem).status(), TreeMap::new, Collectors.toList()));
        byStatus.forEach(
                (status, group) -> operation.getResponses().addApiResponse(status.toString(), response(status, group)));
    }

    private static ApiResponse response(int status, List<Problem> problems) {
        String description = problems.stream()
                .map(problem -> "`%s`: %s"
                        .formatted(
                                ProblemType.nameOf(problem),
                                ProblemType.of(problem).title()))
                .collect(Collectors.joining("\n\n"));
        var content = new MediaType().schema(new Schema<>().$ref("#/components/schemas/Problem"));
        ProblemExamples.prepare(content, problems);
        var response = new ApiResponse()
                .description(description)
                .content(new Content()
                        .addMediaType(org.springframework.http.MediaType.APPLICATION_PROBLEM_JSON_VALUE, content));
        if (status == 401) {
            response.addHeaderObject(HttpHeaders.WWW_AUTHENTICATE, header("string", "How to authenticate (RFC 9110)"));
        }
        if (status == 429 || status == 503) {
            response.addHeaderObject(HttpHeaders.RETRY_AFTER, header("integer", "Seconds to wait"));
        }
        if (status == 429) {
            response.addHeaderObject(
                    "RateLimit-Policy",
                    header(
                            "string",
                            "How many failed logins a minute are free (draft-ietf-httpapi-ratelimit-headers-10)"));
            response.addHeaderObject("RateLimit", header("string", "How many are left, and the seconds to wait"));
        }
        return response;
    }

    private static Header header(String type, String description) {
        return new Header().description(description).schema(new Schema<>().types(Set.of(type)));
    }

    private static Tag tag(String name, String description) {
        return new Tag().name(name).description(description);
    }

    private static SecurityScheme scheme() {
        return new SecurityScheme()
                .type(SecurityScheme.Type.HTTP)
                .scheme("bearer")
                .bearerFormat("user:password")
                .description(
                        "The token is `user:password`, split at the first colon. A browser cannot put characters outside of"
                                + " Latin-1 into a header: if the password has such characters, give the base64 of the UTF-8 bytes of"
                                + " `user:password` instead.");
    }
}
