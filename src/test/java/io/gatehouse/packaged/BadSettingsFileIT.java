package io.gatehouse.packaged;

import static io.gatehouse.packaged.RefusedStart.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A settings file that cannot be followed is refused by the process in one sentence that names the file and the line. */
@Tag("operator")
class BadSettingsFileIT {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void startWhenTheFileIsMissingThoughNamedThenStops() {
        Path file = folder.resolve("absent.yaml");

        try (var refused = launch(List.of(), file)) {
            assertRefused(refused, file + " cannot be read: there is no such file.");
        }
    }

    @Test
    void startWhenTheFileIsADirectoryThenStops() {
        try (var refused = launch(List.of(), folder)) {
            assertRefused(refused, folder + " cannot be read: it is no file.");
        }
    }

    @Test
    void startWhenTheFileMayNotBeReadThenStops() throws IOException {
        Path file = write("common: {security: {authorizationEnabled: true}}\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("-wx-wx-wx"));

        try (var refused = launch(FileModes.count(folder), file)) {
            assertRefused(refused, file + " cannot be read: permission denied.");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("noSettings")
    void startWhenTheFileHoldsNoSettingsThenStops(String what, String text, String sentence) throws IOException {
        Path file = write(text);

        try (var refused = launch(List.of(), file)) {
            assertRefused(refused, file + sentence);
        }
    }

    static Stream<Arguments> noSettings() {
        return Stream.of(
                Arguments.of(
                        "a ConfigMap",
                        "apiVersion: v1\nkind: ConfigMap\ndata:\n  milvus.yaml: |\n    proxy.port: 0\n",
                        " is a ConfigMap: give the text below its data as a file of its own."),
                Arguments.of(
                        "a List with one Milvus",
                        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: milvus.io/v1beta1\n  kind: Milvus\n  spec: {}\n",
                        " is a list of Kubernetes resources: give the Milvus resource below its items as a file of its own."),
                Arguments.of(
                        "not YAML",
                        "common: [unclosed\n",
                        ", line 2: not YAML: expected ',' or ']', but got <stream end>."),
                Arguments.of(
                        "a tag",
                        "common:\n  security: !!java.net.URL [x]\n",
                        ", line 2: not YAML: it has a tag, which no setting needs: remove the word that begins with !."),
                Arguments.of(
                        "a thousand aliases",
                        "a: &a [x, x]\n" + "k: *a\n".repeat(1000),
                        ": not YAML that is accepted: it has too many aliases or levels."),
                Arguments.of(
                        "10 MB",
                        "# a comment line\n".repeat(620_000) + "common: {security: {authorizationEnabled: true}}\n",
                        " is no settings file: it has more than 1 MiB."),
                Arguments.of(
                        "tabs",
                        "common:\n\tsecurity:\n\t\tauthorizationEnabled: true\n",
                        ", line 2: not YAML: it has a tab; indent with spaces."));
    }

    /** The four traps of YAML that Milvus' protocol is known for, and what else is not a text. */
    @ParameterizedTest
    @ValueSource(strings = {"0123", "1e3", "yes", "12:30", "true", "2001-12-14"})
    void startWhenTheRootPasswordIsNoTextToYamlThenStopsAndSaysQuoteIt(String password) throws IOException {
        Path file = write("common:\n  security:\n    defaultRootPassword: " + password + "\n");

        try (var refused = launch(List.of(), file)) {
            assertRefused(
                    refused,
                    file + ", line 3: common.security.defaultRootPassword is not a text to YAML, which may"
                            + " change it: quote it, as in defaultRootPassword: \"…\".");
        }
    }

    @Test
    void startWhenTwoFilesContradictThenTheLaterWinsAndDebugSaysSo() throws IOException {
        Path earlier = write("common:\n  security:\n    superUsers: nobody\n    authorizationEnabled: true\n");
        Path later = write("common: {security: {authorizationEnabled: false}}\n");

        try (var server = GatehouseProcess.start(
                TestDatabase.H2.fresh(),
                "gatehouse.milvus-config=" + earlier + ", " + later,
                "logging.level.io.gatehouse.settings=debug")) {
            assertThat(server.send(null, "GET", "/api/v1/users", null).status()).isEqualTo(200);
            assertThat(server.output().lines().filter(line -> line.contains("wins over")))
                    .singleElement()
                    .asString()
                    .contains(" DEBUG ")
                    .endsWith(": common.security.authorizationEnabled from file [" + later
                            + "] - 1:43 wins over the one from file [" + earlier + "] - 4:27");
        }
    }

    private static GatehouseProcess launch(List<String> command, Path file) {
        return GatehouseProcess.launchUnder(command, Map.of(), "gatehouse.milvus-config=" + file);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "milvus", ".yaml"), text);
    }
}
