package io.gatehouse.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.logging.Log;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class MilvusConfigTests {

    private static final String FILES = "gatehouse.milvus-config";

    private final List<String> logged = new ArrayList<>();
    private final StandardEnvironment environment = new StandardEnvironment();
    private final SpringApplication application = new SpringApplication();

    @TempDir
    private Path directory;

    @Test
    void postProcessWhenFilesAreNamedThenTheLaterWins() throws IOException {
        Path first = write("first.yaml", "proxy: {port: 0, maxUserNum: 7}\ncommon: {security: {tlsMode: 1}}\n");
        Path second = write("second.yaml", "proxy: {port: 0, maxUserNum: 8, minPasswordLenght: 6}\n");
        applicationYml(Map.of(FILES, first + " , " + second, "proxy.maxUserNum", "9"));

        postProcess();

        assertThat(environment.getProperty("proxy.maxUserNum")).isEqualTo("8");
        assertThat(environment.getProperty("common.security.tlsMode")).isEqualTo("1");
        assertThat(logged)
                .containsExactly(
                        "info settings are read from " + first,
                        "warn " + second
                                + ", line 1: proxy.minPasswordLenght is not known and ignored; is"
                                + " proxy.minPasswordLength meant?",
                        "debug proxy.maxUserNum from %s - 1:30 wins over the one from %s - 1:30"
                                .formatted(resource(second), resource(first)),
                        "info settings are read from " + second);
    }

    @Test
    void postProcessWhenFilesSayTheSameThenNoneWins() throws IOException {
        Path first = write("first.yaml", "proxy: {port: 0, maxUserNum: 7}\n");
        Path second = write("second.yaml", "proxy: {port: 0, maxUserNum: 7}\n");
        applicationYml(Map.of(FILES, first + "," + second));

        postProcess();

        assertThat(logged)
                .containsExactly("info settings are read from " + first, "info settings are read from " + second);
    }

    /** It may name the files. */
    @Test
    void orderWhenApplicationYmlIsThereThenIsAfterIt() {
        assertThat(new MilvusConfig(ignored -> recording()).getOrder())
                .isGreaterThan(ConfigDataEnvironmentPostProcessor.ORDER);
    }

    @Test
    void analyzeWhenASettingCannotBeFollowedThenIsOneSentence() {
        var refusal = new StartRefused("port 1 cannot be used");

        FailureAnalysis analysis =
                new StartRefusedAnalyzer().analyze(new IllegalStateException("outer", refusal), refusal);

        assertThat(analysis.getDescription()).isEqualTo("port 1 cannot be used.");
        assertThat(analysis.getAction()).isEqualTo("Correct the setting and start again.");
    }

    @Test
    void postProcessWhenTheEnvironmentHasTheSameKeyThenItWins() throws IOException {
        applicationYml(Map.of(
                FILES, write("milvus.yaml", "proxy: {port: 0, maxUserNum: 7}\n").toString()));
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new MapPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                                Map.of("proxy.maxUserNum", "10")));

        postProcess();

        assertThat(environment.getProperty("proxy.maxUserNum")).isEqualTo("10");
    }

    @Test
    void postProcessWhenNoFileIsNamedAndNoneIsWhereMilvusHasItThenReadsNothing() {
        applicationYml(Map.of(FILES, " "));

        postProcess();

        assertThat(logged).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "---", "# a comment\n", "etcd: {rootPath: a}"})
    void postProcessWhenAFileHasNothingForGatehouseThenSaysSoInOneLine(String text) throws IOException {
        Path file = write("milvus.yaml", text);
        applicationYml(Map.of(FILES, file.toString(), "proxy.port", "0"));

        postProcess();

        assertThat(logged).containsExactly("info " + file + " has no settings for Gatehouse");
    }

    @Test
    void postProcessWhenANamedFileHasNoneOfTheThreeShapesThenIsRefused() throws IOException {
        Path file = write("values.yaml", "milvus: {extraConfigFiles: {user.yaml: 'proxy.port: 1'}}\n");
        applicationYml(Map.of(FILES, file.toString()));

        assertThatThrownBy(this::postProcess)
                .isInstanceOf(StartRefused.class)
                .hasMessage(file + " has the values of an umbrella chart: give the part that begins with"
                        + " extraConfigFiles as a file of its own");
        assertThat(logged).isEmpty();
    }

    @Test
    void postProcessWhenAFileOfAUsualNameHasNoneOfTheThreeShapesThenWarns() throws IOException {
        Path file = write("user.yaml", "security: {superUsers: root}\n");
        Path other = write("milvus.yaml", "proxy: {port: 0, maxUserNum: 7}\n");
        applicationYml(Map.of());

        new MilvusConfig(ignored -> recording(), List.of(file, other)).postProcessEnvironment(environment, application);

        assertThat(logged)
                .containsExactly(
                        "warn " + file + " has security: at its root: write it below common:; nothing is read from it",
                        "info settings are read from " + other);
        assertThat(environment.getProperty("proxy.maxUserNum")).isEqualTo("7");
    }

    @Test
    void postProcessWhenApplicationYmlHasAnUnknownSettingOfGatehouseThenWarns() {
        environment
                .getPropertySources()
                .addLast(new OriginTrackedMapPropertySource(
                        "file",
                        Map.of(
                                "gatehouse.data-directry",
                                "x",
                                "gatehouse.trusted-proxies[0]",
                                "::1",
                                "gatehouse.dataDirectory",
                                "y",
                                "my.own",
                                "z")));
        applicationYml(Map.of("proxy.port", "0"));

        postProcess();

        assertThat(logged)
                .containsExactly("warn gatehouse.data-directry is not known and ignored; is gatehouse.data-directory"
                        + " meant?");
    }

    @Test
    void postProcessWhenRestHasAPortOfItsOwnThenSaysWhereRestIs() {
        applicationYml(Map.of("proxy.port", "0", "proxy.http.port", "8080"));

        postProcess();

        assertThat(logged).containsExactly("warn proxy.http.port has no effect: REST v2 is on proxy.port");
    }

    @Test
    void postProcessWhenANamedFileIsNotThereThenSaysSo() {
        Path file = directory.resolve("milvus.yaml");
        applicationYml(Map.of(FILES, file.toString()));

        assertThatThrownBy(this::postProcess)
                .isInstanceOf(StartRefused.class)
                .hasMessage(file + " cannot be read: there is no such file");
    }

    @Test
    void postProcessWhenThePortHasTwoNamesThenTheyHaveToSayTheSame() {
        applicationYml(Map.of("server.port", "8080", "proxy.port", "0"));

        assertThatThrownBy(this::postProcess)
                .isInstanceOf(StartRefused.class)
                .hasMessage("server.port is 8080, but Gatehouse listens where proxy.port says (0):"
                        + " set proxy.port instead");
    }

    @Test
    void postProcessWhenThePortIsSaidOnceOrTwiceAlikeThenPasses() {
        for (Map<String, Object> settings : List.of(
                Map.<String, Object>of("server.port", "0", "proxy.port", "0"),
                Map.<String, Object>of("server.port", "8080"),
                Map.<String, Object>of("proxy.port", "0"))) {
            applicationYml(settings);

            assertThatCode(this::postProcess).as("%s", settings).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"common.security.defaultRootPassword", "spring.datasource.password"})
    void postProcessWhenAPasswordLooksLikeAPlaceholderThenIsTextFromEverySource(String key) {
        String password = "${proxy.port}\\${proxy.port}${absent:x}${";
        String variable = key.replace(".", "_").toUpperCase(Locale.ROOT);
        for (PropertySource<?> source : List.of(
                new MapPropertySource("application.yml", Map.of(key, password)),
                new SystemEnvironmentPropertySource("test-systemEnvironment", Map.of(variable, password)),
                new SimpleCommandLinePropertySource("--" + key + "=" + password))) {
            var environment = new StandardEnvironment();
            environment.getPropertySources().addFirst(new MapPropertySource("port", Map.of("proxy.port", "0")));
            environment.getPropertySources().addAfter("systemEnvironment", source);
            environment.getPropertySources().addLast(new MapPropertySource("less", Map.of(key, "of less rank")));

            new MilvusConfig(ignored -> recording(), List.of()).postProcessEnvironment(environment, application);

            assertThat(Binder.get(environment)
                            .bind(DataObjectPropertyName.toDashedForm(key), String.class)
                            .get())
                    .isEqualTo(password);
        }
    }

    @Test
    void postProcessWhenAPasswordOfMilvusYamlLooksLikeAPlaceholderThenIsText() throws IOException {
        Path file =
                write("milvus.yaml", "proxy: {port: 0}\ncommon: {security: {defaultRootPassword: '${proxy.port}'}}\n");
        applicationYml(Map.of(FILES, file.toString()));

        postProcess();

        assertThat(Binder.get(environment)
                        .bind("common.security.default-root-password", String.class)
                        .get())
                .isEqualTo("${proxy.port}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.port", "management.server.port"})
    void postProcessWhenAPortIsTakenThenOnlyAServerIsRefused(String setting) throws IOException {
        try (var taken = new ServerSocket(0)) {
            applicationYml(Map.of(setting, Integer.toString(taken.getLocalPort())));

            application.setWebApplicationType(WebApplicationType.NONE);
            assertThatCode(this::postProcess).doesNotThrowAnyException();
            application.setWebApplicationType(WebApplicationType.SERVLET);
            assertThatThrownBy(this::postProcess)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageContaining("stop that process, or choose another port with --" + setting + "=");
        }
    }

    private void postProcess() {
        var config = new MilvusConfig(ignored -> recording());
        config.postProcessEnvironment(environment, application);
    }

    /** The settings of the lowest rank. */
    private void applicationYml(Map<String, Object> settings) {
        environment.getPropertySources().remove("application.yml");
        environment.getPropertySources().addLast(new MapPropertySource("application.yml", settings));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    private static String resource(Path file) {
        return "file [" + file + "]";
    }

    private Log recording() {
        return (Log) Proxy.newProxyInstance(
                Log.class.getClassLoader(), new Class<?>[] {Log.class}, (proxy, method, arguments) -> {
                    logged.add(method.getName() + " " + arguments[0]);
                    return null;
                });
    }
}
