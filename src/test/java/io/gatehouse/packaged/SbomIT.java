package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.Http;
import io.gatehouse.testing.Http.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bill of materials (CycloneDX) is in the jar, is complete, and is what an administrator gets. */
@Tag("operator")
class SbomIT {

    private static final Path JAR = Path.of("target", "gatehouse.jar");
    private static final String LIBRARIES = "BOOT-INF/lib/";

    @Test
    void sbomWhenJarIsPackagedThenNamesEachOfItsLibrariesAndNothingElse() throws IOException {
        try (var jar = new JarFile(JAR.toFile())) {
            Set<String> libraries = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.startsWith(LIBRARIES) && name.endsWith(".jar"))
                    .map(name -> name.substring(LIBRARIES.length(), name.length() - ".jar".length()))
                    // A tool of the jar itself, which Spring Boot's plugin adds
                    .filter(name -> !name.startsWith("spring-boot-jarmode-tools-"))
                    .collect(Collectors.toSet());

            JsonNode sbom = new JsonMapper().readTree(sbom(jar));

            assertThat(sbom.path("bomFormat").stringValue()).isEqualTo("CycloneDX");
            assertThat(sbom.path("metadata").path("component").path("name").stringValue())
                    .isEqualTo("gatehouse");
            Set<String> components = sbom.path("components")
                    .valueStream()
                    .map(component -> component.path("name").stringValue() + "-"
                            + component.path("version").stringValue())
                    // Lists of dependencies without a class, which Spring Boot's plugin leaves out
                    .filter(name -> !name.startsWith("spring-boot-starter-"))
                    .collect(Collectors.toSet());
            assertThat(components).containsExactlyInAnyOrderElementsOf(libraries);
        }
    }

    @Test
    void sbomWhenAdministratorAsksThenIsTheOneOfTheJar() throws IOException {
        try (var jar = new JarFile(JAR.toFile());
                var gatehouse = GatehouseProcess.start(Map.of())) {
            Answer index = get(gatehouse, "/actuator/sbom");
            Answer sbom = get(gatehouse, "/actuator/sbom/application");

            assertThat(index.status()).isEqualTo(200);
            assertThat(index.body()).isEqualTo("{\"ids\":[\"application\"]}");
            assertThat(sbom.status()).isEqualTo(200);
            assertThat(sbom.contentType()).isEqualTo("application/vnd.cyclonedx+json");
            assertThat(sbom.body()).isEqualTo(sbom(jar));
        }
    }

    private static Answer get(GatehouseProcess gatehouse, String path) {
        return Http.send(HttpRequest.newBuilder(gatehouse.managementUri(path))
                .header("Authorization", "Bearer root:Milvus")
                .build());
    }

    private static String sbom(JarFile jar) throws IOException {
        String location = jar.getManifest().getMainAttributes().getValue("Sbom-Location");
        try (InputStream in = jar.getInputStream(Objects.requireNonNull(jar.getEntry(location)))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
