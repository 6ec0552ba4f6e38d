package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseProcess;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes at one process, and what comes of them at another on the same database. */
record Replicas(GatehouseProcess here, GatehouseProcess there) {

    static final String ROOT = "root:Milvus";

    /** Creates users whom both let in, the second time from memory. */
    void create(String... userNames) {
        for (String userName : userNames) {
            assertThat(here.send(ROOT, "POST", "/api/v1/users", """
                            {"userName":"%s","password":"P@ssw0rd"}""".formatted(userName))
                            .status())
                    .isEqualTo(201);
            for (GatehouseProcess replica : List.of(here, there, here, there)) {
                assertThat(replica.letsIn(userName, "P@ssw0rd")).isTrue();
            }
        }
    }

    /** Changes the password, and waits until the other process has forgotten the old one. */
    void changePassword(String userName) {
        change("PUT", userName + "/password", """
                {"oldPassword":"P@ssw0rd","newPassword":"P@ssw0rd123"}""");
        awaitRefused(userName);
        assertThat(there.letsIn(userName, "P@ssw0rd123")).isTrue();
    }

    /** Drops the user, and waits until the other process refuses its token. */
    void drop(String userName) {
        change("DELETE", userName, null);
        awaitRefused(userName);
    }

    /** Makes the user an administrator, and waits until it is one at the other process. */
    void grantAdmin(String userName) {
        change("PUT", userName + "/roles/admin", null);
        awaitStatusOfAdministration(userName, 200);
    }

    /** Revokes what {@link #grantAdmin} granted, and waits until the other process knows. */
    void revokeAdmin(String userName) {
        awaitStatusOfAdministration(userName, 200);
        change("DELETE", userName + "/roles/admin", null);
        awaitStatusOfAdministration(userName, 403);
    }

    private void change(String method, String path, @Nullable String body) {
        assertThat(here.send(ROOT, method, "/api/v1/users/" + path, body).status())
                .isEqualTo(204);
    }

    private void awaitRefused(String userName) {
        Await.until("the other replica refuses " + userName, () -> !there.letsIn(userName, "P@ssw0rd"));
    }

    private void awaitStatusOfAdministration(String userName, int status) {
        Await.until(
                "the list of users is answered with " + status,
                () -> there.send(userName + ":P@ssw0rd", "GET", "/api/v1/users", null)
                                .status()
                        == status);
    }
}
