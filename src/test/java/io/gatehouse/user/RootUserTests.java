package io.gatehouse.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.settings.StartRefused;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a start does with root, and what the operator is told of its password. */
@ExtendWith(OutputCaptureExtension.class)
class RootUserTests {

    private static final String STILL_DEFAULT = "root still has the default password: change it";

    @TempDir
    private Path folder;

    private final UserModule module = new UserModule();
    private final RootPassword rootPassword = new RootPassword(module.hasher);

    @Test
    void startWhenRootIsAbsentThenIsMadeWithTheDefaultPasswordAndWarned(CapturedOutput output) {
        start("Milvus", null, false);

        assertThat(module.letsIn("root", "Milvus")).isTrue();
        assertThat(module.told()).containsExactly("changed CREATE_USER by null of root");
        assertThat(output.getAll()).contains(STILL_DEFAULT);
        assertThat(rootPassword.health())
                .isEqualTo(Health.up().withDetail("default", true).build());
    }

    @Test
    void startWhenAPasswordIsConfiguredThenRootHasIt(CapturedOutput output) throws IOException {
        Path file = Files.writeString(folder.resolve("password"), "from a file \nsecond line\n");

        start("from_the_setting", file, true);

        assertThat(module.letsIn("root", "from a file ")).isTrue();
        assertThat(output.getAll()).doesNotContain(STILL_DEFAULT, "has no effect");
        assertThat(rootPassword.health())
                .isEqualTo(Health.up().withDetail("default", false).build());
    }

    @Test
    void startWhenRootIsThereThenKeepsItsPassword(CapturedOutput output) {
        module.make("root", "P@ssw0rd");

        start("Milvus", null, true);
        start("P@ssw0rd", null, true);
        assertThat(output.getAll()).doesNotContain("has no effect", STILL_DEFAULT);
        start("An0ther!", null, true);

        assertThat(module.letsIn("root", "P@ssw0rd")).isTrue();
        assertThat(module.told()).isEmpty();
        assertThat(output.getAll())
                .contains("common.security.defaultRootPassword has no effect: root exists already and has another"
                        + " password");
    }

    @Test
    void startWhenRootIsThereAndTheFileIsNotThenOnlyWarns(CapturedOutput output) {
        module.make("root", "P@ssw0rd");
        Path absent = folder.resolve("absent");

        start("Milvus", absent, false);

        assertThat(output.getAll())
                .contains("gatehouse.root-password-file cannot be read: " + absent
                        + "; root exists already and keeps its password");
    }

    @Test
    void startWhenTheDefaultIsForbiddenThenRefusesBeforeAndAfterRootIsMade(CapturedOutput output) {
        String sentence = "root still has the default password, and gatehouse.refuse-default-root-password forbids it:"
                + " set common.security.defaultRootPassword before the first start, or run reset-password root";

        assertThatThrownBy(() -> start("Milvus", null, true))
                .isInstanceOf(StartRefused.class)
                .hasMessage(sentence);
        assertThat(module.store.credential("root")).isEmpty();
        module.make("root", "Milvus");
        assertThatThrownBy(() -> start("Milvus", null, true)).hasMessage(sentence);
        assertThat(output.getAll()).doesNotContain(STILL_DEFAULT);
        start("Milvus", null, false);
        assertThat(output.getAll()).contains(STILL_DEFAULT);
    }

    @Test
    void startWhenTheConfiguredPasswordIsNoGoodThenSaysWhyAndMakesNoRoot() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty"));
        Path latin1 = Files.write(folder.resolve("latin1"), new byte[] {'p', (byte) 0xe9, '\n'});
        Path absent = folder.resolve("absent");

        assertThatThrownBy(() -> start("short", null, false))
                .isInstanceOf(StartRefused.class)
                .hasMessage("common.security.defaultRootPassword is refused: invalid password length [5 out"
                        + " of range 6 <= value <= 256]");
        assertThatThrownBy(() -> start("Milvus", empty, false))
                .hasMessage("gatehouse.root-password-file is empty: " + empty);
        assertThatThrownBy(() -> start("Milvus", latin1, false))
                .hasMessage("gatehouse.root-password-file is not UTF-8: " + latin1);
        assertThatThrownBy(() -> start("Milvus", absent, false))
                .hasMessage("gatehouse.root-password-file cannot be read: " + absent);
        assertThat(module.store.credential("root")).isEmpty();
    }

    @Test
    void startWhenAnotherReplicaMakesRootAtTheSameTimeThenIsKept(CapturedOutput output) {
        var late = new UserModule.OtherStore(0) {

            private boolean asked;

            @Override
            Optional<StoredCredential> credential(String name) {
                Optional<StoredCredential> stored = asked ? reallyStored(name) : Optional.empty();
                asked = true;
                return stored;
            }
        };
        module.make("root", "Milvus");

        start(late, "Milvus", null, false);

        assertThat(module.told()).isEmpty();
        assertThat(output.getAll()).contains("another replica created root at the same time", STILL_DEFAULT);
    }

    @Test
    void figuresWhenLookedUpThenAreMeasured() {
        var registry = new SimpleMeterRegistry();
        var figures = new UserFigures(module.store, rootPassword);
        figures.bindTo(registry);
        rootPassword.bindTo(registry);
        assertThat(gauge(registry, "gatehouse.users")).isNaN();
        assertThat(gauge(registry, "gatehouse.root.default.password")).isNaN();
        assertThat(rootPassword.health()).isEqualTo(Health.unknown().build());

        figures.refresh();
        assertThat(gauge(registry, "gatehouse.users")).isZero();
        assertThat(gauge(registry, "gatehouse.root.default.password")).isNaN();
        module.make("root", "Milvus");
        figures.refresh();
        assertThat(gauge(registry, "gatehouse.users")).isEqualTo(1);
        assertThat(gauge(registry, "gatehouse.root.default.password")).isEqualTo(1);
        module.jdbc.update("delete from users");
        module.make("root", "P@ssw0rd");
        module.make("user_1", "P@ssw0rd");
        module.jdbc.update("update users set credential_version = 7");
        figures.refresh();
        assertThat(gauge(registry, "gatehouse.users")).isEqualTo(2);
        assertThat(gauge(registry, "gatehouse.root.default.password")).isZero();
    }

    @Test
    void figuresWhenTheDatabaseIsAwayThenStand() {
        var registry = new SimpleMeterRegistry();
        var away = new UserModule.OtherStore(0) {

            @Override
            long count() {
                throw ProblemException.storageUnavailable(new IllegalStateException("away"));
            }
        };
        var figures = new UserFigures(away, rootPassword);
        figures.bindTo(registry);

        figures.refresh();

        assertThat(gauge(registry, "gatehouse.users")).isNaN();
    }

    @Test
    void passwordWhenItsStateIsKnownThenIsNotComparedAgain() {
        module.make("root", "P@ssw0rd");
        StoredCredential root = module.store.credential("root").orElseThrow();

        rootPassword.created(root, true);

        assertThat(rootPassword.isDefault(root)).isTrue();
        var later = new StoredCredential(
                root.userId(),
                "root",
                root.passwordHash(),
                root.credentialVersion() + 1,
                root.changedAt(),
                root.roles());
        assertThat(rootPassword.isDefault(later)).isFalse();
        assertThat(rootPassword.isDefault(later)).isFalse();
    }

    @Test
    void settingsWhenReadThenSuperUsersAreTrimmedAndThePasswordIsHidden() {
        var settings = new UserSettings(List.of(" a ", "", "  ", "b"), "P@ssw0rd");

        assertThat(settings.superUsers()).containsExactly("a", "b");
        assertThat(settings).hasToString("UserSettings[superUsers=[a, b]]");
    }

    private void start(String password, @Nullable Path file, boolean refuseDefault) {
        start(module.store, password, file, refuseDefault);
    }

    private void start(UserStore store, String password, @Nullable Path file, boolean refuseDefault) {
        new RootUser(
                        store,
                        module.hasher,
                        UserModule.bean(PasswordPolicy.class),
                        new UserSettings(List.of(), password),
                        new GatehouseUserSettings(file, refuseDefault, false),
                        rootPassword)
                .afterSingletonsInstantiated();
    }

    private static double gauge(SimpleMeterRegistry registry, String name) {
        return registry.get(name).gauge().value();
    }
}
