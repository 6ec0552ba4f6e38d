package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.http.converter.HttpMessageNotWritableException;
import org.springframework.mock.http.MockHttpInputMessage;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.MapBindingResult;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpMediaTypeNotSupportedException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.context.request.async.AsyncRequestTimeoutException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

@ExtendWith(OutputCaptureExtension.class)
class HttpProblemsTests {

    private final HttpProblems problems = new HttpProblems(OneFace.refusals());
    private final MockHttpServletRequest request = new MockHttpServletRequest("PATCH", "/path");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    static Stream<Arguments> failures() throws NoSuchMethodException {
        String malformed = "MALFORMED_REQUEST";
        var own = new ProblemException(Problem.SELF_DROP, "not oneself");
        return Stream.of(
                Arguments.of(own, "SELF_DROP", "not oneself"),
                Arguments.of(unreadable(own), "SELF_DROP", "not oneself"),
                Arguments.of(unreadable(null), malformed, "a request body is missing"),
                Arguments.of(unreadable(new IOException("inside")), malformed, "not valid JSON"),
                Arguments.of(
                        new MethodArgumentTypeMismatchException("x", Integer.class, "count", parameter(), null),
                        malformed,
                        "a value of another type is expected: count"),
                Arguments.of(new NoResourceFoundException(HttpMethod.GET, "/", "path"), "NOT_FOUND", "no such path"),
                Arguments.of(
                        new HttpRequestMethodNotSupportedException("PATCH"),
                        "METHOD_NOT_ALLOWED",
                        "this path does not have the method PATCH"),
                Arguments.of(
                        new HttpMediaTypeNotAcceptableException(List.of(MediaType.APPLICATION_JSON)),
                        "NOT_ACCEPTABLE",
                        "the answer is application/json"),
                Arguments.of(
                        new HttpMediaTypeNotSupportedException("inside"),
                        "UNSUPPORTED_MEDIA_TYPE",
                        "the body has to be application/json"),
                Arguments.of(new AsyncRequestTimeoutException(), "REQUEST_TIMEOUT", "request timeout"),
                Arguments.of(new ResponseStatusException(HttpStatus.CONFLICT), malformed, "the request cannot be read"),
                Arguments.of(new ResponseStatusException(HttpStatus.BAD_GATEWAY), "INTERNAL_ERROR", "internal error"),
                Arguments.of(new HttpException.RuntimeException(400, "inside"), malformed, "the query is malformed"),
                Arguments.of(new HttpException.RuntimeException(500, "inside"), "INTERNAL_ERROR", "internal error"),
                Arguments.of(
                        new RequestRejectedException("inside"),
                        malformed,
                        "the query has a character that is not allowed"),
                Arguments.of(new IllegalStateException("inside"), "INTERNAL_ERROR", "internal error"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void handleWhenSomethingFailsThenIsAProblem(Exception failure, String problem, String text) throws IOException {
        problems.handle(failure, request, response);

        assertThat(response.getContentAsString()).isEqualTo(OneFace.refused(problem, text, "/path"));
    }

    @Test
    void handleWhenTheClientHasGoneThenNothingIsWrittenAndTheLogIsNotFilled(CapturedOutput output) throws Exception {
        var gone = new AsyncRequestNotUsableException("failed to write", new IOException("Broken pipe"));

        problems.handle(gone, request, response);
        problems.handle(new HttpMessageNotWritableException("cannot write", gone), request, response);
        problems.handle(new EofException("Broken pipe"), request, response);

        assertThat(response.getContentAsString()).isEmpty();
        assertThat(output.getAll()).doesNotContain("request failed");
    }

    @Test
    void handleWhenFieldsAreNotValidThenNamesEach() throws Exception {
        var errors = new MapBindingResult(new HashMap<>(), "body");
        errors.rejectValue("userName", "NotNull", "is required");
        errors.rejectValue("password", "NotNull", "is required");

        problems.handle(new MethodArgumentNotValidException(parameter(), errors), request, response);

        assertThat(response.getContentAsString())
                .isEqualTo("{\"face\":\"all\",\"problem\":\"MALFORMED_REQUEST\","
                        + "\"text\":\"a field is missing or out of range\","
                        + "\"fields\":[\"userName is required\",\"password is required\"],\"path\":\"/path\"}");
    }

    @Test
    void handleWhenThePathHasOtherMethodsThenNamesThem() throws IOException {
        problems.handle(new HttpRequestMethodNotSupportedException("PATCH", List.of("GET", "PUT")), request, response);

        assertThat(response.getHeader("Allow")).isEqualTo("GET, PUT");
    }

    @Test
    void handleWhenThePathsMethodsAreNotKnownThenNamesNone() throws IOException {
        problems.handle(new HttpRequestMethodNotSupportedException("PATCH"), request, response);

        assertThat(response.getHeaderNames()).doesNotContain("Allow");
    }

    @ParameterizedTest
    @CsvSource({"TRACE, TRACE", "BREW, of the request", "get, of the request"})
    void handleWhenTheMethodIsNoneOfHttpThenDoesNotRepeatIt(String method, String named) throws IOException {
        request.setMethod(method);

        problems.handle(new HttpRequestMethodNotSupportedException(method), request, response);

        assertThat(response.getContentAsString())
                .isEqualTo(
                        OneFace.refused("METHOD_NOT_ALLOWED", "this path does not have the method " + named, "/path"));
    }

    private static HttpMessageNotReadableException unreadable(@Nullable Exception cause) {
        var body = new MockHttpInputMessage(new ByteArrayInputStream(new byte[0]));
        return new HttpMessageNotReadableException("inside", cause, body);
    }

    private static MethodParameter parameter() throws NoSuchMethodException {
        Method method = Object.class.getMethod("equals", Object.class);
        return new MethodParameter(method, 0);
    }
}
