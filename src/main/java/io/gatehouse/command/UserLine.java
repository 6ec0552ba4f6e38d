package io.gatehouse.command;

import io.gatehouse.password.PasswordHash;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** A user as a line of JSON. */
final class UserLine {

    private static final String USER_NAME = "userName";
    private static final String ROLES = "roles";
    private static final String PASSWORD_HASH = "passwordHash";
    private static final String CREATED_AT = "createdAt";
    private static final String UPDATED_AT = "updatedAt";

    private static final int MOST_ROLES = 100;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private @Nullable String userName;
    private @Nullable String passwordHash;
    private @Nullable Instant createdAt;
    private @Nullable Instant updatedAt;
    private List<String> roles = List.of();

    private UserLine() {}

    /** The user's line, with what ends it, in UTF-8. */
    static byte[] print(UserRecord user) {
        var bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            json.writeStringProperty(USER_NAME, user.userName());
            json.writeName(ROLES);
            json.writeStartArray();
            user.roles().forEach(json::writeString);
            json.writeEndArray();
            json.writeStringProperty(PASSWORD_HASH, user.passwordHash().encoded());
            if (user.createdAt() != null) {
                json.writeStringProperty(CREATED_AT, user.createdAt().toString());
            }
            if (user.updatedAt() != null) {
                json.writeStringProperty(UPDATED_AT, user.updatedAt().toString());
            }
            json.writeEndObject();
        }
        bytes.write('\n');
        return bytes.toByteArray();
    }

    /**
     * Reads a line.
     *
     * @throws ProblemException {@link Problem#MALFORMED_REQUEST}; its text holds nothing of the line
     */
    static UserRecord read(byte[] line) {
        var read = new UserLine();
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), new String(line, StandardCharsets.UTF_8))) {
            require(json.nextToken() == JsonToken.START_OBJECT, "the line is not a JSON object");
            while (json.nextToken() == JsonToken.PROPERTY_NAME) {
                read.field(json);
            }
            require(json.nextToken() == null, "something follows the JSON object");
        } catch (JacksonException e) {
            throw malformed("the line is not a JSON object, or has a field twice");
        }
        return read.user();
    }

    private void field(JsonParser json) {
        String name = json.currentName();
        JsonToken value = json.nextToken();
        if (name.equals(ROLES)) {
            roles = roles(json, value);
            return;
        }
        require(
                List.of(USER_NAME, PASSWORD_HASH, CREATED_AT, UPDATED_AT).contains(name),
                "there is a field that is none of userName, roles, passwordHash, createdAt and updatedAt");
        require(value == JsonToken.VALUE_STRING, name + " is not a text");
        String text = json.getString();
        switch (name) {
            case USER_NAME -> userName = text;
            case PASSWORD_HASH -> passwordHash = text;
            case CREATED_AT -> createdAt = time(name, text);
            default -> updatedAt = time(name, text);
        }
    }

    private static List<String> roles(JsonParser json, @Nullable JsonToken value) {
        require(value == JsonToken.START_ARRAY, "roles is not a list");
        List<String> roles = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            require(json.currentToken() == JsonToken.VALUE_STRING, "roles is not a list of texts");
            require(roles.size() < MOST_ROLES, "there are more than %d roles".formatted(MOST_ROLES));
            roles.add(json.getString());
        }
        return roles;
    }

    private static Instant time(String name, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw malformed(name + " is not a time such as 2026-01-31T12:00:00Z");
        }
    }

    private UserRecord user() {
        if (userName == null || passwordHash == null) {
            throw malformed("userName or passwordHash is missing");
        }
        return new UserRecord(userName, roles, new PasswordHash(passwordHash), createdAt, updatedAt);
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw malformed(otherwise);
        }
    }

    private static ProblemException malformed(String sentence) {
        return new ProblemException(Problem.MALFORMED_REQUEST, sentence);
    }
}
