package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import io.gatehouse.password.Password;
import io.gatehouse.user.UserService;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which bodies are taken, and in which words the others are refused. */
class RestBodyTests {

    private final UserService users = mock(UserService.class);
    private final RestPort port = new RestPort(users);

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "{} and more", "{\"unknown\":[1]}", "{\"dbName\":\"a\",\"dbName\":\"b\"}"})
    void bodyWhenMilvusTakesItThenIsTaken(String body) {
        when(users.names(any())).thenReturn(Stream.of("root"));

        assertThat(port.post("users/list", body)).isEqualTo("{\"code\":0,\"data\":[\"root\"]}");
    }

    @Test
    void bodyWhenAFieldStandsThereTwiceThenTheLastCounts() {
        port.post(
                "users/create",
                "{\"userName\":\"user_1\",\"password\":\"first\",\"userName\":\"user_2\",\"password\":\"last\"}");

        verify(users)
                .create(
                        any(),
                        eq("user_2"),
                        argThat((Password password) -> password != null && password.isSame(Password.of("last"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|the request body should be nil, however {} is valid",
                "{|error: not valid JSON at line 1, column 2",
                "canary|error: not valid JSON at line 1, column 1",
                "[]|error: a JSON object is expected",
                "\"canary\"|error: a JSON object is expected",
                "{\"dbName\":1}|error: a value of another type is expected: dbName",
                "{\"userName\":{}}|error: a value of another type is expected: userName",
                "{\"userName\":\"a\",\"password\":123456}|error: a value of another type is expected: password"
            })
    void bodyWhenItIsNoneThenSaysWhyWithoutQuotingIt(String body, String fault) {
        assertThat(port.post("users/create", body))
                .isEqualTo(RestPort.failure(1801, "can only accept json format request, " + fault));
        verifyNoInteractions(users);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"userName\":\"\"}", "{\"userName\":null}"})
    void bodyWhenAFieldIsEmptyThenIsMissing(String body) {
        assertThat(port.post("users/drop", body)).contains("\"code\":1802", "Key: 'UserReq.UserName'");
    }
}
