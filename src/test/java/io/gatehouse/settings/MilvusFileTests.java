package io.gatehouse.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.origin.Origin;

class MilvusFileTests {

    @TempDir
    private Path directory;

    @Test
    void readWhenFileIsMilvusYamlThenHasItsKeys() throws IOException {
        MilvusFile file = read("""
                # a comment
                etcd:
                  endpoints: localhost:2379
                common:
                  security:
                    authorizationEnabled: true
                    superUsers: root, foo
                    defaultRootPassword: "0123"
                proxy:
                  port: 19532
                  maxPasswordLength: 72
                  http:
                    enabled: False
                """);

        assertThat(values(file))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "common.security.authorizationEnabled", "true",
                        "common.security.superUsers", "root, foo",
                        "common.security.defaultRootPassword", "0123",
                        "proxy.port", "19532",
                        "proxy.maxPasswordLength", "72",
                        "proxy.http.enabled", "False"));
        assertThat(file.warnings()).isEmpty();
    }

    @Test
    void readWhenFileIsHelmValuesThenOnlyItsUserYamlCounts() throws IOException {
        MilvusFile file = read("""
                cluster:
                  enabled: true
                proxy:
                  replicas: 2
                  http:
                    enabled: false
                extraConfigFiles:
                  user.yaml: |+
                    common:
                      security:
                        authorizationEnabled: true
                """);

        assertThat(values(file)).containsExactly(Map.entry("common.security.authorizationEnabled", "true"));
        assertThat(Origin.from(file.values().get(MilvusKey.AUTHORIZATION_ENABLED)))
                .hasToString("file [" + directory.resolve("milvus.yaml") + "] - 11:27");
    }

    @Test
    void readWhenTheUserYamlOfHelmIsNotYamlThenSaysTheLineOfTheFile() {
        assertThatThrownBy(() -> read("extraConfigFiles:\n  user.yaml: |+\n    proxy:\n    \tport: 1\n"))
                .hasMessage(at(4) + "not YAML: it has a tab; indent with spaces");
    }

    @Test
    void readWhenFileIsTheResourceOfAnotherThenIsReadAsMilvusYaml() throws IOException {
        assertThat(values(read("apiVersion: v1\nkind: Milvus\nspec: {config: {proxy.port: 1}}\nproxy.port: 2\n")))
                .containsExactly(Map.entry("proxy.port", "2"));
    }

    @Test
    void readWhenFileIsACustomResourceThenItsConfigCounts() throws IOException {
        MilvusFile file = read("""
                apiVersion: milvus.io/v1beta1
                kind: Milvus
                metadata:
                  name: my-release
                spec:
                  common:
                    security:
                      authorizationEnabled: false
                  config:
                    common:
                      security:
                        authorizationEnabled: true
                        superUsers: [root, foo]
                """);

        assertThat(values(file))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "common.security.authorizationEnabled", "true", "common.security.superUsers", "root,foo"));
        assertThat(file.warnings())
                .containsExactly(directory.resolve("milvus.yaml")
                        + ", line 7: spec.common is not read; write spec.config.common");
    }

    @Test
    void readWhenSuperUsersIsEmptyThenSaysThatThereAreNone() throws IOException {
        assertThat(values(read("common:\n  security:\n    superUsers:\n    defaultRootPassword:\n")))
                .containsExactly(Map.entry("common.security.superUsers", ""));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0123", "1e3", "yes", "12:30", "true", "3.5", "0x1F", "0o17", "2001-12-14", ".inf", "1_000"})
    void readWhenRootPasswordIsConvertedByYamlThenRefused(String password) {
        assertThatThrownBy(() -> read("common:\n  security:\n    defaultRootPassword: " + password + "\n"))
                .isInstanceOf(SettingsException.class)
                .hasMessage(at(3)
                        + "common.security.defaultRootPassword is not a text to YAML, which may change it: quote it,"
                        + " as in defaultRootPassword: \"…\"");
    }

    @ParameterizedTest
    @CsvSource({
        "authorizationEnabled, yes, true or false",
        "authorizationEnabled, 1, true or false",
        "authorizationEnabled, [true], true or false",
        "authorizationEnabled, maybe, true or false",
        "tlsMode, one, a whole number",
        "tlsMode, 01, a whole number",
        "tlsMode, 1.0, a whole number",
        "defaultRootPassword, [a], a text",
        "defaultRootPassword, {a: b}, a text"
    })
    void readWhenValueIsOfTheWrongTypeThenSaysWhatIsExpected(String name, String value, String expected) {
        assertThatThrownBy(() -> read("common:\n  security:\n    " + name + ": " + value + "\n"))
                .hasMessage(at(3) + "common.security." + name + " has to be " + expected);
    }

    @Test
    void readWhenSuperUsersHoldsANumberThenRefused() {
        assertThatThrownBy(() -> read("common:\n  security:\n    superUsers:\n      - root\n      - 0123\n"))
                .hasMessageStartingWith(at(5) + "common.security.superUsers is not a text to YAML");
    }

    @ParameterizedTest
    @CsvSource({
        "common.security.superUser, common.security.superUsers",
        "common.security.superusres, common.security.superUsers",
        "common.securty.superUsers, common.security.superUsers",
        "comon.security.authorizationEnabled, common.security.authorizationEnabled",
        "common.security.authorisationEnabled, common.security.authorizationEnabled",
        "proxy.minPasswordLenght, proxy.minPasswordLength"
    })
    void readWhenKeyLooksMisspeltThenWarnsAndNamesBoth(String key, String meant) throws IOException {
        MilvusFile file = read(key + ": x\n");

        assertThat(file.values()).isEmpty();
        assertThat(file.warnings()).containsExactly(at(1) + key + " is not known and ignored; is " + meant + " meant?");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.maxTaskNum",
                "proxy.maxRoleNum",
                "proxy.maxFieldNum",
                "proxy.maxShardNum",
                "proxy.ginLogging",
                "common.security.rootShouldBindRole",
                "common.security.enablePublicPrivilege",
                "proxy.maxNameLength"
            })
    void readWhenKeyIsOneOfMilvusOthersThenIsIgnoredInSilence(String key) throws IOException {
        MilvusFile file = read(key + ": 1\n");

        assertThat(file.values()).isEmpty();
        assertThat(file.warnings()).isEmpty();
    }

    @Test
    void readWhenKeyDiffersInCaseThenIsKnownAsInMilvus() throws IOException {
        assertThat(values(read("COMMON:\n  Security:\n    superusers: foo\n")))
                .containsExactly(Map.entry("common.security.superUsers", "foo"));
    }

    @Test
    void readWhenKeyIsGatehousesOwnThenSaysWhereItBelongs() throws IOException {
        assertThat(read("gatehouse:\n  data-directory: x\n").warnings())
                .containsExactly(at(2)
                        + "gatehouse.data-directory is not read from Milvus' files; write it into application.yml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|{file} has no settings: it is empty",
                "'# only a comment'|{file} has no settings: it is empty",
                "just a text|{at1}settings are expected, such as common:, and not a text or a list",
                "- a list|{at1}settings are expected, such as common:, and not a text or a list",
                "'common: [unclosed'|{at1}not YAML: expected ',' or ']', but got <stream end>",
                "'common:\n\tsecurity: x'|{at2}not YAML: it has a tab; indent with spaces",
                "'common: !!java.net.URL [x]'|{at1}not YAML: it has a tag, which no setting needs: remove the word that begins with !",
                "'common: !mine x'|{at1}it has a tag, which no setting needs: remove the word that begins with !",
                "'common: *mine'|{at1}not YAML: it has a * or & that means another value: quote the text that begins with it",
                "'common: !a!mine x'|{at1}not YAML: it has a tag, which no setting needs: remove the word that begins with !",
                "'common: {}\ncommon: {}'|{at2}common stands here for the second time: remove one",
                "'a: 1\n---\nb: 2'|{at2}not YAML: but found another document"
            })
    void readWhenFileIsNoSettingsFileThenSaysWhere(String text, String message) {
        String expected = message.replace(
                        "{file}", directory.resolve("milvus.yaml").toString())
                .replace("{at1}", at(1))
                .replace("{at2}", at(2));

        assertThatThrownBy(() -> read(text))
                .isInstanceOf(SettingsException.class)
                .hasMessage(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {21, 1000})
    void readWhenAliasesMultiplyThenRefused(int aliases) {
        StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
        for (int i = 0; i < aliases; i++) {
            bomb.append("k").append(i).append(": *a\n");
        }

        assertTooMuch(bomb.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {31, 1000})
    void readWhenLevelsMultiplyThenRefused(int levels) {
        assertTooMuch("a: " + "[".repeat(levels) + "]".repeat(levels));
    }

    @Test
    void readWhenFileIsTenMegabytesLongThenRefused() {
        assertThatThrownBy(() -> read("# " + "x".repeat(10 * 1024 * 1024)))
                .hasMessage(directory.resolve("milvus.yaml") + " is no settings file: it has more than 1 MiB");
    }

    @Test
    void readWhenFileHasOneMegabyteThenIsRead() throws IOException {
        String setting = "proxy.port: 1\n#";

        assertThat(values(read(setting + "x".repeat(1024 * 1024 - setting.length()))))
                .containsExactly(Map.entry("proxy.port", "1"));
    }

    @Test
    void readWhenFileIsNotUtf8ThenRefused() throws IOException {
        Path file = directory.resolve("milvus.yaml");
        Files.write(file, "common: {security: {defaultRootPassword: pässword}}".getBytes(StandardCharsets.ISO_8859_1));

        assertThatThrownBy(() -> MilvusFile.read(file)).hasMessage(file + " is not UTF-8");
    }

    @Test
    void readWhenFileIsADirectoryThenRefused() {
        assertThatThrownBy(() -> MilvusFile.read(directory)).hasMessage(directory + " cannot be read: it is no file");
    }

    @Test
    void refusalWhenLineHoldsAPasswordThenDoesNotShowIt() {
        assertThatThrownBy(
                        () -> read("common:\n  security:\n    defaultRootPassword: \"canary\n    superUsers: x: y\n"))
                .isInstanceOf(SettingsException.class)
                .message()
                .doesNotContain("canary");
    }

    private void assertTooMuch(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(SettingsException.class)
                .hasMessage(directory.resolve("milvus.yaml")
                        + ": not YAML that is accepted: it has too many aliases or levels");
    }

    private MilvusFile read(String text) throws IOException {
        return MilvusFile.read(Files.writeString(directory.resolve("milvus.yaml"), text));
    }

    private String at(int line) {
        return directory.resolve("milvus.yaml") + ", line " + line + ": ";
    }

    private static Map<String, String> values(MilvusFile file) {
        return file.values().entrySet().stream()
                .collect(Collectors.toMap(entry -> entry.getKey().key(), entry -> String.valueOf(entry.getValue())));
    }
}
