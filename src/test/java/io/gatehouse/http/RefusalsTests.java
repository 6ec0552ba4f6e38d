package io.gatehouse.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.caller.Face;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Quota;
import jakarta.servlet.ServletInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.MediaType;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(OutputCaptureExtension.class)
class RefusalsTests {

    private final ProblemException refused = new ProblemException(Problem.MALFORMED_REQUEST, "not thïs");

    private final Refusals refusals =
            OneFace.refusals(new HttpFaces(List.of(new OneFace("all", "/"), new OneFace("inner", "/inner/"))));
    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/inner/path");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    @Test
    void writeWhenAFaceOwnsThePathThenAnswersInItsWordsAlone() throws IOException {
        response.getOutputStream().write("half an answer".getBytes(StandardCharsets.UTF_8));

        refusals.write(request, response, refused);

        String body = "{\"face\":\"inner\",\"problem\":\"MALFORMED_REQUEST\",\"text\":\"not thïs\",\"fields\":[],"
                + "\"path\":\"/inner/path\"}";
        assertThat(response.getContentAsString(StandardCharsets.UTF_8)).isEqualTo(body);
        assertThat(response.getStatus()).isEqualTo(OneFace.STATUS);
        assertThat(response.getContentType()).isEqualTo("application/json");
        assertThat(response.getContentLength()).isEqualTo(body.getBytes(StandardCharsets.UTF_8).length);
    }

    @Test
    void writeBesideTheFacesWhenAFaceOwnsThePathThenAnswersInTheWordsForPathsOfNobody() throws IOException {
        refusals.writeBesideTheFaces(request, response, refused);

        assertThat(response.getContentAsString(StandardCharsets.UTF_8))
                .isEqualTo("{\"face\":\"all\",\"problem\":\"MALFORMED_REQUEST\",\"text\":\"not thïs\",\"fields\":[],"
                        + "\"path\":\"/inner/path\"}");
    }

    @Test
    void writeWhenTheAnswerHasBegunThenLeavesItAlone() throws IOException {
        response.getOutputStream().write("half an answer".getBytes(StandardCharsets.UTF_8));
        response.flushBuffer();

        refusals.write(request, response, refused);

        assertThat(response.getContentAsString()).isEqualTo("half an answer");
        assertThat(response.getStatus()).isEqualTo(200);
    }

    @ParameterizedTest
    @EnumSource(names = {"UNAUTHENTICATED", "TOO_MANY_ATTEMPTS"})
    void headersWhenAFaceAnswersThatATokenIsNeededThenSayHowToSendIt(Problem problem) {
        assertThat(Refusals.headers(401, new ProblemException(problem, "no"), "curl/8.5.0"))
                .isEqualTo(Map.of(
                        "WWW-Authenticate",
                        List.of("Bearer realm=\"gatehouse\"", "Basic realm=\"gatehouse\", charset=\"UTF-8\"")));
    }

    @Test
    void writeWhenATokenIsNeededThenEachWayToSendItHasAFieldOfItsOwn() throws IOException {
        var unauthenticated = new ProblemException(Problem.UNAUTHENTICATED, "no");
        var face = new HttpFace() {

            @Override
            public Face face() {
                return OneFace.FACE;
            }

            @Override
            public String pathPrefix() {
                return "/";
            }

            @Override
            public Refusal refusal(ProblemException problem, String path, String requestId) {
                return new Refusal(401, MediaType.APPLICATION_JSON, "");
            }
        };
        request.addHeader("User-Agent", "curl/8.5.0");

        new Refusals(new HttpFaces(List.of(face)), new JsonMapper()).write(request, response, unauthenticated);

        assertThat(response.getHeaders("WWW-Authenticate"))
                .containsExactly("Bearer realm=\"gatehouse\"", "Basic realm=\"gatehouse\", charset=\"UTF-8\"");
    }

    @Test
    void writeWhenNothingIsToBeWaitedForThenHasNoFurtherHeaders() throws IOException {
        refusals.write(request, response, refused);

        assertThat(response.getHeaderNames()).containsExactlyInAnyOrder("Content-Type", "Content-Length");
    }

    @ParameterizedTest
    @CsvSource({"PT2S, 2", "PT1.000000001S, 2", "PT0.5S, 1"})
    void writeWhenItMayBeTriedAgainThenSaysAfterHowManyWholeSeconds(Duration wait, String seconds) throws IOException {
        refusals.write(request, response, new ProblemException(Problem.OVERLOADED, "busy").withRetryAfter(wait));

        assertThat(response.getHeader("Retry-After")).isEqualTo(seconds);
        assertThat(response.getHeader("RateLimit")).isNull();
    }

    @Test
    void writeWhenALimitIsUsedUpThenNamesIt() throws IOException {
        var throttled = new ProblemException(Problem.TOO_MANY_ATTEMPTS, "too many")
                .withRetryAfter(Duration.ofMillis(1500))
                .withQuota(new Quota("failed-logins", 20, Duration.ofMinutes(1)));

        refusals.write(request, response, throttled);

        assertThat(response.getHeader("Retry-After")).isEqualTo("2");
        assertThat(response.getHeader("RateLimit-Policy")).isEqualTo("\"failed-logins\";q=20;w=60");
        assertThat(response.getHeader("RateLimit")).isEqualTo("\"failed-logins\";r=0;t=2");
    }

    @ParameterizedTest
    @CsvSource({
        // length, chunked, arrived; whether the connection goes on, and what is left of the body
        "10, false, 10, true, 0",
        "10, false, 12, true, 2",
        "10, false, 9, false, 9",
        "-1, true, 5, false, 5",
        "-1, true, 0, true, 0"
    })
    void writeWhenABodyIsAnnouncedThenTheConnectionGoesOnOnlyIfNoneOfItIsStillToCome(
            long length, boolean chunked, int arrived, boolean goesOn, int left) throws IOException {
        // It has ended when the bytes that have arrived are read
        var body = new ReadBody.BodyStream(new ByteArrayInputStream(new byte[arrived]));
        var announced = new MockHttpServletRequest("POST", "/inner/path") {

            @Override
            public long getContentLengthLong() {
                return length;
            }

            @Override
            public ServletInputStream getInputStream() {
                return body;
            }
        };
        if (chunked) {
            announced.addHeader("Transfer-Encoding", "chunked");
        }

        refusals.write(announced, response, refused);

        assertThat(response.getHeader("Connection")).isEqualTo(goesOn ? null : "close");
        assertThat(body.available()).isEqualTo(left);
    }

    @ParameterizedTest
    @CsvSource({"-1", "0"})
    void writeWhenThereIsNoBodyThenLooksForNone(long length) throws IOException {
        var bodiless = new MockHttpServletRequest("GET", "/inner/path") {

            @Override
            public long getContentLengthLong() {
                return length;
            }

            @Override
            public ServletInputStream getInputStream() {
                throw new AssertionError("there is nothing to read");
            }
        };

        refusals.write(bodiless, response, refused);

        assertThat(response.getHeader("Connection")).isNull();
    }

    @ParameterizedTest
    @EnumSource(
            value = Problem.class,
            names = {"INTERNAL_ERROR", "STORAGE_UNAVAILABLE"})
    void writeWhenTheOperatorHasToKnowThenLogsTheCauseAndNothingThatBreaksTheLine(Problem problem, CapturedOutput log)
            throws IOException {
        request.setRequestURI("/inner/\n\u001b[31mpäth");

        refusals.write(request, response, new ProblemException(problem, "failed", new IllegalStateException("inside")));

        assertThat(log.getOut())
                .contains("request failed: path=/inner/??[31mp?th requestId=")
                .contains("java.lang.IllegalStateException: inside");
    }

    @Test
    void writeWhenTheCallerIsAtFaultThenLogsNothing(CapturedOutput log) throws IOException {
        refusals.write(request, response, refused);

        assertThat(log.getOut()).isEmpty();
    }
}
