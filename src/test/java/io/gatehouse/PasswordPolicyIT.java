package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.problem.Problem;
import io.gatehouse.testing.AdminApi;
import io.gatehouse.testing.Face;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.RestV2;
import io.gatehouse.testing.TestDatabase;
import io.micrometer.core.instrument.MeterRegistry;
import io.milvus.grpc.CreateCredentialRequest;
import io.milvus.grpc.Status;
import io.milvus.grpc.UpdateCredentialRequest;
import java.nio.file.NoSuchFileException;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What an operator can forbid of new passwords, on every face; {@code root} is a superuser here. */
@ExtendWith(OutputCaptureExtension.class)
class PasswordPolicyIT {

    private static final String ROOT = "root:the first one of root";
    private static final String GOOD = "a good one, says the policy";

    private static GatehouseServer server;
    private static List<Face> faces;

    @BeforeAll
    static void start() {
        server = GatehouseServer.start(
                TestDatabase.H2,
                "common.security.defaultRootPassword=the first one of root",
                "common.security.superUsers=root",
                "proxy.minPasswordLength=8",
                "gatehouse.password.refuse-user-name=true",
                "gatehouse.password.refuse-current=true",
                "gatehouse.password.refuse-common=true");
        faces = List.of(new Grpc(server), new RestV2(server), new AdminApi(server));
        faces.get(0).create(ROOT, "longer_name", GOOD);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    seven_7      | invalid password length [7 out of range 8 <= value <= 256] | must have 8 to 256 characters       | invalid password length: invalid parameter[7 out of range 8 <= value <= 256]
                    LONGER_name  | invalid password: it is the user name                      | must not be the user's own name      | invalid password: it is the user name: invalid parameter
                    IloveYou1    | invalid password: it is a commonly used one                | must not be a commonly used password | invalid password: it is a commonly used one: invalid parameter
                    """)
    void choosePasswordWhenARuleForbidsItThenEveryFaceSaysWhich(
            String password, String detail, String rule, String milvus, CapturedOutput output) {
        Http.Answer created =
                Http.send(server, ROOT, "POST", "/api/v1/users", json("userName", "longer_name", "password", password));
        Http.Answer changed =
                Http.send(server, ROOT, "PUT", "/api/v1/users/longer_name/password", json("newPassword", password));
        Http.Answer restCreated = Http.send(
                server,
                ROOT,
                "POST",
                "/v2/vectordb/users/create",
                json("userName", "longer_name", "password", password));
        Http.Answer restChanged = Http.send(
                server,
                ROOT,
                "POST",
                "/v2/vectordb/users/update_password",
                json("userName", "longer_name", "newPassword", password));
        Status grpcCreated = new Grpc(server)
                .stub(ROOT)
                .createCredential(CreateCredentialRequest.newBuilder()
                        .setUsername("longer_name")
                        .setPassword(Http.base64(password))
                        .build());
        Status grpcChanged = new Grpc(server)
                .stub(ROOT)
                .updateCredential(UpdateCredentialRequest.newBuilder()
                        .setUsername("longer_name")
                        .setNewPassword(Http.base64(password))
                        .build());

        assertProblem(created, detail, "password", rule);
        assertProblem(changed, detail, "newPassword", rule);
        assertThat(List.of(restCreated, restChanged))
                .allSatisfy(answer -> assertThat(answer.body()).isEqualTo(Http.json(new Failure(1100, milvus))));
        assertThat(List.of(grpcCreated, grpcChanged)).allSatisfy(status -> {
            assertThat(status.getCode()).isEqualTo(1100);
            assertThat(status.getReason()).isEqualTo(milvus);
        });
        assertThat(output.getOut()).doesNotContain(password);
        assertThat(faces)
                .allSatisfy(face ->
                        assertThat(face.logIn("longer_name:" + GOOD).refusal()).isEmpty());
    }

    @Test
    void changePasswordWhenItIsTheCurrentOneThenEveryFaceRefuses() {
        String own = json("oldPassword", GOOD, "newPassword", GOOD);
        Http.Answer api = Http.send(server, "longer_name:" + GOOD, "PUT", "/api/v1/users/longer_name/password", own);
        Http.Answer bySuperuser =
                Http.send(server, ROOT, "PUT", "/api/v1/users/longer_name/password", json("newPassword", GOOD));
        Http.Answer rest = Http.send(
                server,
                "longer_name:" + GOOD,
                "POST",
                "/v2/vectordb/users/update_password",
                json("userName", "longer_name", "password", GOOD, "newPassword", GOOD));
        Status grpc = new Grpc(server)
                .stub("longer_name:" + GOOD)
                .updateCredential(UpdateCredentialRequest.newBuilder()
                        .setUsername("longer_name")
                        .setOldPassword(Http.base64(GOOD))
                        .setNewPassword(Http.base64(GOOD))
                        .build());

        String milvus = "invalid password: it is the current one: invalid parameter";
        assertProblem(
                api, "invalid password: it is the current one", "newPassword", "must not be the current password");
        assertProblem(
                bySuperuser,
                "invalid password: it is the current one",
                "newPassword",
                "must not be the current password");
        assertThat(rest.body()).isEqualTo(Http.json(new Failure(1100, milvus)));
        assertThat(grpc.getCode()).isEqualTo(1100);
        assertThat(grpc.getReason()).isEqualTo(milvus);
    }

    @Test
    void changePasswordWhenOldOneIsWrongThenNothingIsSaidAboutTheNewOne() {
        for (Face face : faces) {
            assertThat(face.changePassword("longer_name:" + GOOD, "longer_name", "wrong", GOOD)
                            .refusal())
                    .contains(Problem.OLD_PASSWORD_MISMATCH);
        }
    }

    @Test
    void changePasswordWhenOldOneIsProvenThenTheCurrentOneCostsNoFurtherHash() {
        faces.get(0).create(ROOT, "counted", GOOD);
        assertThat(faces.get(0).logIn("counted:" + GOOD).refusal()).isEmpty();
        double hashes = hashes();

        faces.get(1).changePassword("counted:" + GOOD, "counted", GOOD, GOOD);

        assertThat(hashes()).isEqualTo(hashes + 1);
    }

    @Test
    void changePasswordWhenPolicyAllowsItThenEveryFaceDoes() {
        for (int number = 0; number < faces.size(); number++) {
            Face face = faces.get(number);
            String user = "user_" + number;
            assertThat(face.create(ROOT, user, GOOD).refusal()).isEmpty();
            assertThat(face.changePassword("%s:%s".formatted(user, GOOD), user, GOOD, GOOD + "!")
                            .refusal())
                    .isEmpty();
            assertThat(face.logIn("%s:%s!".formatted(user, GOOD)).refusal()).isEmpty();
        }
    }

    @Test
    void choosePasswordWhenNothingIsConfiguredThenEveryFaceTakesWhatMilvusTakes() {
        GatehouseServer open = GatehouseServer.shared(TestDatabase.H2);
        List<Face> openFaces = List.of(new Grpc(open), new RestV2(open), new AdminApi(open));
        for (int number = 0; number < openFaces.size(); number++) {
            Face face = openFaces.get(number);
            String user = "policy_" + number;
            assertThat(face.create("root:Milvus", user, user).refusal()).isEmpty();
            assertThat(face.changePassword(user + ":" + user, user, user, user).refusal())
                    .isEmpty();
            assertThat(face.changePassword(user + ":" + user, user, user, "123456")
                            .refusal())
                    .isEmpty();
        }
    }

    @Test
    void startWhenTheFirstPasswordOfRootIsACommonOneThenIsRefused() {
        assertThatThrownBy(() -> GatehouseServer.start(
                        TestDatabase.H2,
                        "common.security.defaultRootPassword=Password1",
                        "gatehouse.password.refuse-common=true"))
                .rootCause()
                .hasMessage("invalid password: it is a commonly used one");
    }

    @Test
    void startWhenTheListIsAbsentThenIsRefusedInOneSentence(CapturedOutput output) {
        assertThatThrownBy(() ->
                        GatehouseServer.start(TestDatabase.H2, "gatehouse.password.compromised-list=/absent/list.txt"))
                .rootCause()
                .isInstanceOf(NoSuchFileException.class);

        assertThat(output.getOut())
                .contains("\ngatehouse.password.compromised-list cannot be read: /absent/list.txt.\n")
                .contains("\nCorrect the setting or the file and start again.\n")
                .doesNotContain("\tat ");
    }

    private record Failure(int code, String message) {}

    private static void assertProblem(Http.Answer answer, String detail, String field, String rule) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("type").stringValue()).isEqualTo("/problems/invalid-password");
        assertThat(answer.json().path("detail").stringValue()).isEqualTo(detail);
        assertThat(answer.json().path("errors").toString())
                .isEqualTo(Http.json(List.of(new FieldProblem(field, rule))));
    }

    private record FieldProblem(String field, String message) {}

    private static double hashes() {
        return server.bean(MeterRegistry.class)
                .get("gatehouse.hashing.time")
                .timer()
                .count();
    }

    private static String json(String... pairs) {
        var body = new LinkedHashMap<String, String>();
        for (int pair = 0; pair < pairs.length; pair += 2) {
            body.put(pairs[pair], pairs[pair + 1]);
        }
        return Http.json(body);
    }
}
