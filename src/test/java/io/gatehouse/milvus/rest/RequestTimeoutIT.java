package io.gatehouse.milvus.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.milvus.MilvusOperation;
import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.TestDatabase;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** A call whose client gives it a second, and whose work takes about as long. */
@ExtendWith(OutputCaptureExtension.class)
class RequestTimeoutIT {

    private static final Logger log = LoggerFactory.getLogger(RequestTimeoutIT.class);

    private static final int CALLS = 64;
    private static final GatehouseServer SERVER = GatehouseServer.startWith(Work.class, TestDatabase.H2);

    @RestController
    static class Work {

        @PostMapping(RestFace.PREFIX + "test/work")
        Object work(RestCall call) {
            return call.answer(MilvusOperation.LIST_USERS, () -> {
                int millis = Integer.parseInt(call.body().text("millis"));
                try {
                    TimeUnit.MILLISECONDS.sleep(millis);
                } catch (InterruptedException e) {
                    throw new IllegalStateException("interrupted", e);
                }
                log.info("worked {}", millis);
                return List.of("worked");
            });
        }
    }

    @AfterAll
    static void stop() {
        SERVER.close();
    }

    @Test
    void answerWhenResultAndTimeoutMeetThenIsOneOrTheOther() {
        ExecutorService clients = Executors.newFixedThreadPool(CALLS);
        List<CompletableFuture<Http.Answer>> answers = IntStream.range(0, CALLS)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> work(975 + i / 2), clients))
                .toList();
        clients.shutdown();

        assertThat(answers)
                .map(CompletableFuture::join)
                .allSatisfy(answer -> assertThat(answer.status() + " " + answer.body())
                        .isIn(
                                "200 {\"code\":0,\"data\":[\"worked\"]}",
                                "408 {\"code\":10001,\"message\":\"request timeout\"}"));
    }

    @Test
    void workWhenItsClientNoLongerWaitsThenEndsAndItsLogLinesHaveTheRequestId(CapturedOutput output) {
        Http.Answer answer = work(1500);
        String requestId =
                answer.response().headers().firstValue("X-Request-Id").orElseThrow();

        assertThat(answer.status()).isEqualTo(408);
        Await.until("the work has ended", () -> output.getOut().contains("worked 1500"));
        assertThat(output.getOut().lines())
                .filteredOn(line -> line.contains("worked 1500"))
                .singleElement()
                .asString()
                .contains("[" + requestId + "]");
    }

    private static Http.Answer work(int millis) {
        return Http.send(HttpRequest.newBuilder(SERVER.uri("/v2/vectordb/test/work"))
                .header("Authorization", "Bearer root:Milvus")
                .header("Request-Timeout", "1")
                .POST(BodyPublishers.ofString("{\"millis\":\"%d\"}".formatted(millis)))
                .build());
    }
}
