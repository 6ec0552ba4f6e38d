package io.gatehouse.packaged;

import static java.util.concurrent.CompletableFuture.supplyAsync;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.context.annotation.Bean;

class RestartPostgresIT extends RestartContract {

    RestartPostgresIT() {
        super(TestDatabase.POSTGRES);
    }

    @Test
    void replicasWhenStartedTogetherOnAnEmptyDatabaseThenShareOneRoot(CapturedOutput output) throws Exception {
        String token = "root:same_password";
        ExecutorService threads = Executors.newFixedThreadPool(2);
        CompletableFuture<GatehouseServer> first = supplyAsync(this::startTogether, threads);
        // Spring Boot's logging belongs to the whole JVM, and is not made for two that set it up at once
        assertThat(Together.ONE_WAITS.await(Together.PATIENCE, TimeUnit.SECONDS))
                .isTrue();
        CompletableFuture<GatehouseServer> second = supplyAsync(this::startTogether, threads);

        try (var one = first.get();
                var other = second.get()) {
            var api = new AdminApi(one);
            assertThat(api.create(token, "created_at_one", "password1").refusal())
                    .isEmpty();

            assertThat(letsIn(other, "created_at_one:password1")).isTrue();
            for (GatehouseServer replica : List.of(one, other)) {
                assertThat(new AdminApi(replica).list(token).names()).containsExactly("created_at_one", "root");
            }
            assertThat(output.getAll()
                            .lines()
                            .filter(line -> line.contains("user created: user=root by=(first start)")))
                    .hasSize(1);
        } finally {
            threads.shutdown();
        }
    }

    private GatehouseServer startTogether() {
        return GatehouseServer.startWith(
                Together.class, database(), "common.security.defaultRootPassword=same_password");
    }

    /** Holds a replica before it has asked its database for anything, until the other one is as far. */
    static class Together {

        static final int PATIENCE = 90;
        static final CountDownLatch ONE_WAITS = new CountDownLatch(1);
        private static final CountDownLatch BOTH_WAIT = new CountDownLatch(2);

        @Bean
        static BeanFactoryPostProcessor other() {
            return beans -> {
                ONE_WAITS.countDown();
                BOTH_WAIT.countDown();
                try {
                    assertThat(BOTH_WAIT.await(PATIENCE, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            };
        }
    }
}
