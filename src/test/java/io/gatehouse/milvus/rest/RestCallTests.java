package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.asyncDispatch;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.user.UserService;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.web.servlet.MvcResult;

/** What every call of this face can carry besides its fields. */
class RestCallTests {

    private static final String NAMES = "{\"code\":0,\"data\":[\"root\"]}";

    private final UserService users = mock(UserService.class);
    private final RestPort port = new RestPort(users);

    @ParameterizedTest
    @CsvSource({
        "{}, , default",
        "{}, books, books",
        "{'dbName':'films'}, books, films",
        "{'dbName':''}, books, books",
        "{'dbName':null}, , default",
        "{'dbName':'b-c'}, books, default"
    })
    void callWhenDeniedThenNamesTheDatabaseOfItsBodyOrOfItsHeader(String body, @Nullable String header, String shown)
            throws Exception {
        when(users.names(any())).thenThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"));
        var request = post("/v2/vectordb/users/list").content(body.replace('\'', '"'));
        if (header != null) {
            request.header("DB-Name", header);
        }

        var response = port.mvc().perform(request).andReturn().getResponse();

        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getContentAsString())
                .isEqualTo(RestPort.failure(
                        65535,
                        "rpc error: code = PermissionDenied desc = PrivilegeSelectOwnership: permission deny to root in"
                                + " the `%s` database".formatted(shown)));
    }

    @ParameterizedTest
    @CsvSource({"1, 1000", "30, 30000", "999999, 999999000"})
    void callWhenTheClientGivesATimeThenIsAnsweredWithinIt(String seconds, long millis) throws Exception {
        when(users.names(any())).thenReturn(List.of("root"));

        MvcResult begun = port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}").header("Request-Timeout", seconds))
                .andReturn();
        long timeout =
                Objects.requireNonNull(begun.getRequest().getAsyncContext()).getTimeout();
        var response = port.mvc().perform(asyncDispatch(begun)).andReturn().getResponse();

        assertThat(timeout).isEqualTo(millis);
        assertThat(response.getContentAsString()).isEqualTo(NAMES);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "1000000", "soon"})
    void callWhenItsTimeIsNoneThenIsAnsweredAtOnce(String seconds) throws Exception {
        when(users.names(any())).thenReturn(List.of("root"));

        MvcResult answered = port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}").header("Request-Timeout", seconds))
                .andReturn();

        assertThat(answered.getRequest().isAsyncStarted()).isFalse();
        assertThat(answered.getResponse().getContentAsString()).isEqualTo(NAMES);
    }

    @Test
    void callWhenTheClientGivesATimeAndIsDeniedThenSaysSo() throws Exception {
        when(users.names(any())).thenThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"));

        MvcResult begun = port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}").header("Request-Timeout", "30"))
                .andReturn();
        var response = port.mvc().perform(asyncDispatch(begun)).andReturn().getResponse();

        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getContentAsString()).contains("PrivilegeSelectOwnership: permission deny to root");
    }
}
