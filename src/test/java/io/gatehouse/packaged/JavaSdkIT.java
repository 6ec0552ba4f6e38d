package io.gatehouse.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.GatehouseProcess;
import io.gatehouse.testing.TestDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Milvus' Java SDK, unmodified, goes through S2 to S11. It runs in a process of its own, with the libraries that it brings along: on this
 * class path its gRPC and its messages would be replaced by Gatehouse's.
 */
class JavaSdkIT {

    private static final Path LIBRARIES = Path.of("target", "java-sdk");
    private static final Path SUITE = Path.of("src", "test", "clients", "java", "JavaSdkSuite.java");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void javaSdkWhenServerHasItsDefaultsThenShowsMilvusCodesAndTexts() throws Exception {
        Path output = folder.resolve("output");

        int status;
        try (var server = GatehouseProcess.start(TestDatabase.H2.fresh())) {
            Process suite = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            // It does not live long
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "-cp",
                            LIBRARIES.resolve("*").toString(),
                            SUITE.toString(),
                            server.address())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            try {
                assertThat(suite.waitFor(2, TimeUnit.MINUTES)).isTrue();
            } finally {
                suite.destroyForcibly();
            }
            status = suite.exitValue();
        }

        String said = Files.readString(output);
        assertThat(said).containsPattern("(?m)^checks: Java SDK [0-9.]+: [1-9][0-9]* passed$");
        assertThat(status).isZero();
        // For .ci/run, which counts
        System.out.println(said.lines()
                .filter(line -> line.startsWith("checks: "))
                .findFirst()
                .orElseThrow());
    }
}
