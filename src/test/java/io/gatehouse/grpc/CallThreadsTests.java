package io.gatehouse.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class CallThreadsTests {

    @ParameterizedTest
    @ValueSource(strings = {"true", "false"})
    void callWhenThreadsAreVirtualWhereJavaHasThemOrNotThenIsAnsweredByOneOfItsOwn(String virtual) {
        var threads = new CallThreads(new MockEnvironment().withProperty("spring.threads.virtual.enabled", virtual));
        try {
            var name =
                    CompletableFuture.supplyAsync(() -> Thread.currentThread().getName(), threads.executor());

            assertThat(name.join()).startsWith("grpc-");
        } finally {
            threads.destroy();
        }
    }

    @Test
    void callsWhen200WaitForAHashThenAllAreUnderWay() throws InterruptedException {
        var threads = new CallThreads(new MockEnvironment());
        var underWay = new CountDownLatch(200);
        var hashed = new CountDownLatch(1);
        try {
            for (int i = 0; i < 200; i++) {
                threads.executor().execute(() -> {
                    underWay.countDown();
                    await(hashed);
                });
            }

            assertThat(underWay.await(10, TimeUnit.SECONDS)).isTrue();
        } finally {
            hashed.countDown();
            threads.destroy();
        }
    }

    @Test
    void callWhenTheServerStoppedThenIsNotAnswered() {
        var threads = new CallThreads(new MockEnvironment());

        threads.destroy();

        assertThatThrownBy(() -> threads.executor().execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
