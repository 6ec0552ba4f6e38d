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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n \n",
                "# only a comment",
                "---",
                "---\n",
                "# a comment\n---\n# another\n---\n...\n",
                "{}",
                "~",
                "extraConfigFiles:\n  user.yaml: |+\n    # proxy:\n    #   maxUserNum: 100\n",
                "extraConfigFiles:\n  user.yaml: ''\n",
                "apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {config: {}}\n",
                "apiVersion: milvus.io/v1beta1\nkind: Milvus\n",
                "etcd:\n  endpoints: localhost:2379\nminio:\n  port: 9000\n",
                "minio.port: 9000\n",
                "quotaAndLimits: {enabled: true}\n",
                "common:\n"
            })
    void readWhenFileHasNothingForGatehouseThenTheDefaultsCount(String text) throws IOException {
        MilvusFile file = read(text);

        assertThat(file.values()).isEmpty();
        assertThat(file.warnings()).isEmpty();
        assertThat(file.refusal()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "proxy.port: 1\n---\n",
                "---\n---\nproxy.port: 1\n",
                "etcd: {rootPath: a}\n---\nproxy.port: 1\n",
                "foo: bar\n---\nproxy.port: 1\n---\na text\n",
                "apiVersion: v1\nkind: Namespace\n---\nproxy.port: 1\n",
                "{apiVersion: v1, kind: Secret, data: {a: !mine b}}\n---\n{apiVersion: milvus.io/v1beta1, kind: Milvus, spec: {config: {proxy.port: 1}}}",
                "proxy.port: 2\n---\napiVersion: milvus.io/v1alpha1\nkind: MilvusCluster\nspec: {config: {proxy.port: 1}}\n",
                "extraConfigFiles:\n  user.yaml: |\n    etcd: {rootPath: a}\n    ---\n    proxy.port: 1\n"
            })
    void readWhenFileHasSeveralDocumentsThenTheOneWithSettingsCounts(String text) throws IOException {
        MilvusFile file = read(text);

        assertThat(values(file)).containsExactly(Map.entry("proxy.port", "1"));
        assertThat(file.warnings()).isEmpty();
        assertThat(file.refusal()).isEmpty();
    }

    @Test
    void readWhenFileHasSeveralMilvusResourcesThenSaysWhichOneCounts() throws IOException {
        String resource = "---\napiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {config: {proxy.port: %d}}\n";

        MilvusFile file = read("# two\n" + resource.formatted(1) + resource.formatted(2));

        assertThat(values(file)).containsExactly(Map.entry("proxy.port", "1"));
        assertThat(file.warnings())
                .containsExactly(at(3) + "of 2 documents with settings of Milvus only this one counts");
    }

    @Test
    void readWhenTheUserYamlOfHelmHasSeveralDocumentsWithSettingsThenSaysWhichOneCounts() throws IOException {
        MilvusFile file =
                read("extraConfigFiles:\n  user.yaml: |\n    ---\n    proxy.port: 1\n    ---\n    proxy.port: 2\n");

        assertThat(values(file)).containsExactly(Map.entry("proxy.port", "1"));
        assertThat(file.warnings())
                .containsExactly(at(4) + "of 2 documents with settings of Milvus only this one counts");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'apiVersion: v1\nkind: ConfigMap\ndata:\n  milvus.yaml: |\n    proxy.port: 1'|is a ConfigMap: give the text below its data as a file of its own",
                "'apiVersion: v1\nkind: Secret\nstringData:\n  milvus.yaml: |\n    proxy.port: 1'|is a Secret: give the text below its stringData as a file of its own",
                "'apiVersion: v1\nkind: List\nitems:\n- apiVersion: milvus.io/v1beta1\n  kind: Milvus\n  spec: {config: {proxy.port: 1}}'|is a list of Kubernetes resources: give the Milvus resource below its items as a file of its own",
                "'apiVersion: milvus.io/v1beta1\nkind: MilvusList\nitems: []'|is a list of Kubernetes resources: give the Milvus resource below its items as a file of its own",
                "'apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {helm: {values: \"a: b\"}}}'|is an Argo CD Application: give its Helm values as a file of their own",
                "'apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec: {values: {extraConfigFiles: {}}}'|is a Flux HelmRelease: give its spec.values as a file of their own",
                "'apiVersion: apps/v1\nkind: Deployment\nspec: {}'|is a Kubernetes resource, but no Milvus of milvus.io: give the Milvus resource",
                "'apiVersion: v1\nkind: Milvus\nspec: {config: {proxy.port: 1}}\nproxy.port: 2'|is a Kubernetes resource, but no Milvus of milvus.io: give the Milvus resource",
                "'apiVersion: milvus.io/v1beta1\nkind: MilvusUpgrade\nspec: {}'|is a Kubernetes resource, but no Milvus of milvus.io: give the Milvus resource",
                "'milvus:\n  extraConfigFiles:\n    user.yaml: |\n      proxy.port: 1'|has the values of an umbrella chart: give the part that begins with extraConfigFiles as a file of its own",
                "'cluster: {enabled: false}\nauthorization: {enabled: true}'|has authorization: of an old Helm chart: write common.security.authorizationEnabled into extraConfigFiles.\"user.yaml\" instead",
                "'cluster: {enabled: false}\nproxy: {http: {enabled: false}}'|has Helm values without extraConfigFiles: write Milvus' settings into extraConfigFiles.\"user.yaml\"",
                "'security:\n  authorizationEnabled: true'|has security: at its root: write it below common:",
                "'etcd: {rootPath: a}\nsecurity: {superUsers: root}'|has security: at its root: write it below common:",
                "'extraConfigFiles:\n  user.yaml: |\n    security: {superUsers: root}'|has security: at its root: write it below common:",
                "'apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {config: {security: {superUsers: root}}}'|has security: at its root: write it below common:",
                "'services:\n  standalone: {image: milvus}'|is a Compose file: give the milvus.yaml that it mounts",
                "'gatehouse:\n  data-directory: x'|has settings of Gatehouse alone: write them into ./application.yml",
                "'foo: bar'|has no settings of Milvus: give milvus.yaml, Helm values with extraConfigFiles, or a Milvus resource",
                "'foo: bar\n---\nbar: foo'|has no settings of Milvus: give milvus.yaml, Helm values with extraConfigFiles, or a Milvus resource"
            })
    void readWhenFileHasNoneOfTheThreeShapesThenSaysWhatToGiveInstead(String text, String sentence) throws IOException {
        MilvusFile file = read(text.replace("\\n", "\n"));

        assertThat(file.refusal()).contains(directory.resolve("milvus.yaml") + " " + sentence);
        assertThat(file.values()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"just a text", "- a list", "--- 1"})
    void readWhenFileIsNoMappingThenSaysThatSettingsAreExpected(String text) throws IOException {
        assertThat(read(text).refusal())
                .contains(at(1) + "settings are expected, such as common:, and not a text or a list");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "minio: {port: 1}\nproxy: {port: 1}\nminio: {port: 2}\n",
                "minio: {port: 1, port: 2}\nproxy.port: 1\n",
                "proxy: {maxTaskNum: 1, port: 1, maxTaskNum: 2}\n"
            })
    void readWhenAKeyThatGatehouseDoesNotKnowStandsTwiceThenIsNoReasonToRefuse(String text) throws IOException {
        assertThat(values(read(text))).containsExactly(Map.entry("proxy.port", "1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'proxy: {port: 1}\nproxy: {maxTaskNum: 1}'|proxy|2",
                "'proxy: {port: 1}\nproxy.port: 2'|proxy.port|2",
                "'proxy:\n  port: 1\n  Port: 2'|proxy.Port|3",
                "'proxy:\n  http: {}\n  HTTP: {}'|proxy.HTTP|3",
                "'extraConfigFiles: {}\nextraConfigFiles: {}'|extraConfigFiles|2",
                "'extraConfigFiles:\n  user.yaml: a\n  user.yaml: b'|user.yaml|3",
                "'apiVersion: milvus.io/v1beta1\nkind: Milvus\nspec: {}\nspec: {}'|spec|4"
            })
    void readWhenAKeyThatGatehouseFollowsStandsTwiceThenRefused(String text, String key, int line) {
        assertThatThrownBy(() -> read(text.replace("\\n", "\n")))
                .isInstanceOf(StartRefused.class)
                .hasMessage(at(line) + key + " stands here for the second time: remove one");
    }

    @Test
    void readWhenRestHasAPortOfItsOwnThenSaysWhereRestIs() throws IOException {
        assertThat(read("proxy:\n  http:\n    port: 8080\n").warnings())
                .containsExactly(at(3) + "proxy.http.port has no effect: REST v2 is on proxy.port");
        assertThat(read("proxy:\n  http:\n    port:\n").warnings()).isEmpty();
    }

    @Test
    void readWhenAMappingHoldsItselfThenRefused() {
        assertTooMuch("common: &a\n  security: *a\n");
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
                .isInstanceOf(StartRefused.class)
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
        assertThat(read("etcd:\ngatehouse:\n  data-directory: x\n").warnings())
                .containsExactly(at(3)
                        + "gatehouse.data-directory is not read from Milvus' files; write it into application.yml");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'common: [unclosed'|{at1}not YAML: expected ',' or ']', but got <stream end>",
                "'common:\n\tsecurity: x'|{at2}not YAML: it has a tab; indent with spaces",
                "'common: !!java.net.URL [x]'|{at1}not YAML: it has a tag, which no setting needs: remove the word that begins with !",
                "'common: !mine x'|{at1}it has a tag, which no setting needs: remove the word that begins with !",
                "'common: *mine'|{at1}not YAML: it has a * or & that means another value: quote the text that begins with it",
                "'common: !a!mine x'|{at1}not YAML: it has a tag, which no setting needs: remove the word that begins with !",
                "'common: {}\ncommon: {}'|{at2}common stands here for the second time: remove one",
                "'proxy.port: 1\n---\nb: [unclosed'|{at3}not YAML: expected ',' or ']', but got <stream end>"
            })
    void readWhenFileIsNoSettingsFileThenSaysWhere(String text, String message) {
        String expected =
                message.replace("{at1}", at(1)).replace("{at2}", at(2)).replace("{at3}", at(3));

        assertThatThrownBy(() -> read(text)).isInstanceOf(StartRefused.class).hasMessage(expected);
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
                .isInstanceOf(StartRefused.class)
                .message()
                .doesNotContain("canary");
    }

    private void assertTooMuch(String text) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(StartRefused.class)
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
