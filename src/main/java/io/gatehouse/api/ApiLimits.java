package io.gatehouse.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.gatehouse.caller.PossibleName;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserNamePolicy;
import io.swagger.v3.core.util.Json31;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What the settings allow, in the description of the API: lengths and patterns, rules in words, and examples that keep to them. */
@Component
class ApiLimits {

    private final UserNamePolicy names;
    private final PasswordPolicy passwords;

    ApiLimits(UserNamePolicy names, PasswordPolicy passwords) {
        this.names = names;
        this.passwords = passwords;
    }

    void addTo(OpenAPI document) {
        name(property(document, "NewUser", "userName"));
        password(property(document, "NewUser", "password"));
        password(property(document, "PasswordChange", "newPassword"));
        document.getPaths().values().stream()
                .flatMap(path -> path.readOperations().stream())
                .forEach(this::addTo);
    }

    String nameRule() {
        return names.rule();
    }

    String passwordRule() {
        return passwords.rule();
    }

    /** How a user name is refused that no setting allows. */
    ProblemException refusalOfName(String userName) {
        return refusal(() -> names.check(userName));
    }

    /** How a role name is refused that no setting allows. */
    ProblemException refusalOfRole(String roleName) {
        return refusal(() -> names.checkRole(roleName));
    }

    /** How a password with one character too few is refused in this field. */
    ProblemException refusalOfShortPassword(String field) {
        return refusal(() -> passwords.check(Password.of("x".repeat(passwords.shortest() - 1)), userName(), field));
    }

    /** The name of the user in all examples. */
    String userName() {
        return shortened(ApiText.USER_NAME);
    }

    /** The beginning of a name, as long as a name may be. */
    String shortened(String name) {
        return name.substring(0, Math.min(name.length(), names.longest()));
    }

    private void addTo(Operation operation) {
        for (Parameter parameter :
                Optional.ofNullable(operation.getParameters()).orElse(List.of())) {
            if (parameter.getName().equals("userName")) {
                parameter
                        .getSchema()
                        .minLength(1)
                        .maxLength(PossibleName.LONGEST)
                        .pattern(UserNamePolicy.POSSIBLE);
                parameter.setExample(userName());
            }
        }
        if ("listUsers".equals(operation.getOperationId())) {
            parameter(operation, "after")
                    .getSchema()
                    .maxLength(PossibleName.LONGEST)
                    .pattern(UserNamePolicy.POSSIBLE.replaceFirst("\\^(.*)\\$", "^($1)?\\$"));
        }
        if (operation.getRequestBody() != null) {
            adaptExamples(operation.getRequestBody().getContent());
        }
        operation.getResponses().forEach((status, response) -> {
            if (status.startsWith("2")) {
                adaptExamples(response.getContent());
            }
        });
    }

    private void name(Schema<?> schema) {
        schema.minLength(1).maxLength(names.longest()).pattern(names.pattern());
        schema.description(sentence(names.rule()));
    }

    private void password(Schema<?> schema) {
        schema.minLength(passwords.shortest()).maxLength(passwords.longest());
        schema.description(sentence(passwords.rule()));
    }

    private void adaptExamples(@Nullable Content content) {
        if (content != null) {
            content.values().stream()
                    .map(MediaType::getExamples)
                    .filter(examples -> examples != null)
                    .flatMap(examples -> examples.values().stream())
                    .forEach(this::adapt);
        }
    }

    private void adapt(Example example) {
        String json = String.valueOf(example.getValue())
                .replace(quoted(ApiText.USER_NAME), quoted(userName()))
                .replace(quoted(ApiText.PASSWORD), quoted(allowed(ApiText.PASSWORD, "Blue-k3ttle")))
                .replace(quoted(ApiText.OTHER_PASSWORD), quoted(allowed(ApiText.OTHER_PASSWORD, "Green-k3ttle-lid")));
        try {
            example.setValue(Json31.mapper().readTree(json));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an example is no JSON", e);
        }
    }

    /** The first of these that the policy accepts, made as long as it asks for. */
    private String allowed(String usual, String uncommon) {
        return Stream.of(usual, uncommon)
                .map(this::fitted)
                .filter(this::isAllowed)
                .findFirst()
                .orElse(fitted(uncommon));
    }

    private String fitted(String password) {
        String longEnough = password + "x".repeat(Math.max(0, passwords.shortest() - password.length()));
        return longEnough.substring(Math.max(0, longEnough.length() - passwords.longest()));
    }

    private boolean isAllowed(String password) {
        try {
            passwords.check(Password.of(password), userName(), "password");
            return true;
        } catch (ProblemException e) {
            return false;
        }
    }

    private static ProblemException refusal(Runnable check) {
        try {
            check.run();
        } catch (ProblemException e) {
            return e;
        }
        throw new IllegalStateException("an example of what is refused is allowed");
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    private static String sentence(String rule) {
        return Character.toUpperCase(rule.charAt(0)) + rule.substring(1);
    }

    private static Schema<?> property(OpenAPI document, String schema, String property) {
        Schema<?> object = document.getComponents().getSchemas().get(schema);
        Schema<?> found = object == null ? null : object.getProperties().get(property);
        if (found == null) {
            throw new IllegalStateException("%s has no %s".formatted(schema, property));
        }
        return found;
    }

    private static Parameter parameter(Operation operation, String name) {
        return operation.getParameters().stream()
                .filter(parameter -> parameter.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
