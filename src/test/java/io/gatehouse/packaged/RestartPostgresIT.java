package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RestartPostgresIT extends RestartContract {

    RestartPostgresIT() {
        super(TestDatabase.POSTGRES);
    }

    @Test
    void replicasWhenStartedTogetherOnAnEmptyDatabaseThenShareOneRoot() {
        String token = "root:same_password";
        try (var one = GatehouseProcess.launch(database(), "common.security.defaultRootPassword=same_password");
                var other = GatehouseProcess.launch(database(), "common.security.defaultRootPassword=same_password")) {
            one.awaitReady();
            other.awaitReady();

            create(one, token, "created_at_one", "password1");

            assertThat(other.letsIn("created_at_one", "password1")).isTrue();
            for (GatehouseProcess replica : List.of(one, other)) {
                var users = replica.send(token, "GET", USERS, null).json().path("users");
                assertThat(users.valueStream().map(user -> user.path("userName").stringValue()))
                        .containsExactly("created_at_one", "root");
            }
            assertThat(Stream.of(one, other)
                            .flatMap(replica -> replica.output().lines())
                            .filter(line -> line.contains("user created: user=root by=(first start)")))
                    .hasSize(1);
        }
    }
}
