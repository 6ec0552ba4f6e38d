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
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletResponse;
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
    @ValueSource(strings = {"1", "30", "999999"})
    void callWhenTheClientGivesATimeThenIsAnsweredWithinIt(String seconds) throws Exception {
        when(users.names(any())).thenReturn(Stream.of("root"));

        MvcResult begun = begin(seconds);
        MockHttpServletResponse response = end(begun);

        // The container's own timeout and the result could both be first
        assertThat(Objects.requireNonNull(begun.getRequest().getAsyncContext()).getTimeout())
                .isZero();
        assertThat(response.getContentAsString()).isEqualTo(NAMES);
    }

    @Test
    void callWhenItTakesLongerThanTheClientGivesThenTheWaitEndsAndTheWorkGoesOn() throws Exception {
        var goOn = new CountDownLatch(1);
        var interrupted = new CompletableFuture<Boolean>();
        when(users.names(any())).thenAnswer(call -> {
            goOn.await();
            interrupted.complete(Thread.interrupted());
            return Stream.of("root");
        });

        MockHttpServletResponse response = end(begin("1"));
        boolean goesOn = !interrupted.isDone();
        goOn.countDown();

        assertThat(response.getStatus()).isEqualTo(408);
        assertThat(response.getContentAsString()).isEqualTo("{\"code\":10001,\"message\":\"request timeout\"}");
        assertThat(goesOn).isTrue();
        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void callWhenAsManyAreUnderWayAsMayBeThenIsRefusedAtOnce() throws Exception {
        var goOn = new CountDownLatch(1);
        when(users.names(any())).thenAnswer(call -> {
            goOn.await();
            return Stream.of("root");
        });
        for (int i = 0; i < TimedCalls.MOST; i++) {
            begin("999999");
        }

        MockHttpServletResponse refused = begin("1").getResponse();
        goOn.countDown();

        assertThat(refused.getStatus()).isEqualTo(503);
        assertThat(refused.getHeader("Retry-After")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "1.5", "1000000", "soon"})
    void callWhenItsTimeIsNoneThenIsAnsweredAtOnce(String seconds) throws Exception {
        when(users.names(any())).thenReturn(Stream.of("root"));

        MvcResult answered = port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}").header("Request-Timeout", seconds))
                .andReturn();

        assertThat(answered.getRequest().isAsyncStarted()).isFalse();
        assertThat(answered.getResponse().getContentAsString()).isEqualTo(NAMES);
    }

    @Test
    void callWhenTheClientGivesATimeAndIsDeniedThenSaysSo() throws Exception {
        when(users.names(any())).thenThrow(new ProblemException(Problem.PERMISSION_DENIED, "permission denied"));

        MockHttpServletResponse response = end(begin("30"));

        assertThat(response.getStatus()).isEqualTo(403);
        assertThat(response.getContentAsString()).contains("PrivilegeSelectOwnership: permission deny to root");
    }

    private MvcResult begin(String seconds) throws Exception {
        return port.mvc()
                .perform(post("/v2/vectordb/users/list").content("{}").header("Request-Timeout", seconds))
                .andReturn();
    }

    private MockHttpServletResponse end(MvcResult begun) throws Exception {
        begun.getAsyncResult(30_000);
        return port.mvc().perform(asyncDispatch(begun)).andReturn().getResponse();
    }
}
