package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.password.HashKind;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.TestDatabase;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Milvus' own hashes, as an import leaves them. */
class HashRenewalIT {

    @ParameterizedTest
    @EnumSource
    void logInWhenHashIsMilvusOwnThenSucceedsAndHashIsRenewed(TestDatabase database) {
        try (GatehouseServer server = GatehouseServer.start(database)) {
            var api = new AdminApi(server);
            api.create("root:Milvus", "imported", "P@ssw0rd");
            var jdbc = server.bean(JdbcTemplate.class);
            jdbc.update(
                    "update users set password_hash = ? where name = 'imported'",
                    "{bcrypt}" + new BCryptPasswordEncoder(4).encode("P@ssw0rd"));

            assertThat(api.logIn("imported:wrong").refusal()).contains(Problem.UNAUTHENTICATED);
            assertThat(hash(jdbc)).startsWith("{bcrypt}$2a$04$");
            assertThat(kinds(server)).hasSize(2).contains(new HashKind("{bcrypt}$2a$04"));
            assertThat(api.logIn("imported:P@ssw0rd").refusal()).isEmpty();
            assertThat(hash(jdbc)).startsWith("{argon2}$argon2id$");
            assertThat(kinds(server)).hasSize(1).doesNotContain(new HashKind("{bcrypt}$2a$04"));
            assertThat(api.logIn("imported:P@ssw0rd").refusal()).isEmpty();
            assertThat(api.changePassword("imported:P@ssw0rd", "imported", "P@ssw0rd", "P@ssw0rd1")
                            .refusal())
                    .isEmpty();
        }
    }

    private static Set<HashKind> kinds(GatehouseServer server) {
        return server.bean(UserStore.class).login("nobody").kinds();
    }

    private static String hash(JdbcTemplate jdbc) {
        return String.valueOf(
                jdbc.queryForObject("select password_hash from users where name = 'imported'", String.class));
    }
}
