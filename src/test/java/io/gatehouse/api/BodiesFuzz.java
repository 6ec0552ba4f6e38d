package io.gatehouse.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.gatehouse.api.UserController.NewUser;
import io.gatehouse.api.UserController.PasswordChange;
import io.gatehouse.http.JsonFault;
import io.gatehouse.password.Password;
import io.gatehouse.testing.ReferenceJson;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class BodiesFuzz {

    /** As Spring MVC gets it: with {@code application.yml} and what the module {@code http} adds. */
    private static final SingletonSupplier<JsonMapper> MAPPER =
            SingletonSupplier.of(() -> new SpringApplicationBuilder(Mapper.class)
                    .web(WebApplicationType.NONE)
                    .run("--spring.main.banner-mode=off")
                    .getBean(JsonMapper.class));

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(JacksonAutoConfiguration.class)
    @ComponentScan(
            basePackages = "io.gatehouse.http",
            useDefaultFilters = false,
            includeFilters = @ComponentScan.Filter(type = FilterType.REGEX, pattern = ".*\\.StrictJson"))
    static class Mapper {}

    @FuzzTest
    @DictionaryEntries({
        "\\x22userName\\x22:",
        "\\x22password\\x22:",
        "\\x22oldPassword\\x22:",
        "\\x22newPassword\\x22:",
        "null",
        "\\\\u0000",
        "\\\\ud83d",
        "{}",
        "[]",
        "true",
        "12"
    })
    void readAnyBytes(byte[] body) {
        readAnyNewUser(body);
        readAnyPasswordChange(body);
    }

    /** A new user is read where another reader of JSON finds these two texts and nothing else, and nowhere else. */
    private static void readAnyNewUser(byte[] body) {
        Optional<NewUser> read = read(body, NewUser.class);

        if (!ReferenceJson.isComparable(body)) {
            return;
        }
        Optional<JsonObject> expected = expected(body, Set.of("userName", "password"));
        read.ifPresent(user -> {
            JsonObject object = expected.orElseThrow();
            assertThat(Optional.ofNullable(text(object, "userName"))).isEqualTo(Optional.ofNullable(user.userName()));
            assertSame(user.password(), text(object, "password"));
        });
        assertThat(read.isPresent()).isEqualTo(expected.isPresent());
    }

    /** The same for a change of a password. */
    private static void readAnyPasswordChange(byte[] body) {
        Optional<PasswordChange> read = read(body, PasswordChange.class);

        if (!ReferenceJson.isComparable(body)) {
            return;
        }
        Optional<JsonObject> expected = expected(body, Set.of("oldPassword", "newPassword"));
        read.ifPresent(change -> {
            JsonObject object = expected.orElseThrow();
            assertSame(change.oldPassword(), text(object, "oldPassword"));
            assertSame(change.newPassword(), text(object, "newPassword"));
        });
        assertThat(read.isPresent()).isEqualTo(expected.isPresent());
    }

    /** Empty where the text is refused, then with a sentence that holds nothing but names of fields. */
    private static <T> Optional<T> read(byte[] body, Class<T> type) {
        try {
            return Optional.ofNullable(MAPPER.obtain().readValue(body, type));
        } catch (JacksonException e) {
            assertThat(JsonFault.describe(e))
                    .matches("(?s)unknown field: .*|a value of another type is expected: .*|a JSON object is expected"
                            + "|not valid JSON( at line [0-9]+, column [0-9]+)?");
            return Optional.empty();
        }
    }

    private static Optional<JsonObject> expected(byte[] body, Set<String> fields) {
        return ReferenceJson.onlyValue(body)
                .filter(JsonElement::isJsonObject)
                .map(JsonElement::getAsJsonObject)
                .filter(object -> fields.containsAll(object.keySet()))
                .filter(object -> object.entrySet().stream()
                        .allMatch(field -> field.getValue().isJsonNull()
                                || (field.getValue().isJsonPrimitive()
                                        && field.getValue().getAsJsonPrimitive().isString())))
                .filter(object -> ReferenceJson.fieldNames(body).size() == object.size());
    }

    private static @Nullable String text(JsonObject object, String field) {
        JsonElement value = object.get(field);
        return value == null || value.isJsonNull() ? null : value.getAsString();
    }

    private static void assertSame(@Nullable Password password, @Nullable String text) {
        assertThat(password == null).isEqualTo(text == null);
        if (password != null && text != null) {
            assertThat(password.isSame(Password.of(text))).isTrue();
        }
    }
}
