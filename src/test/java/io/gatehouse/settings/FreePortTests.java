package io.gatehouse.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.env.MockEnvironment;

class FreePortTests {

    private final MockEnvironment environment = new MockEnvironment();

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "-", "65535"})
    void requireWhenThePortCanBeHadThenPasses(String port) {
        environment.setProperty("port", port);

        // Twice: what is found free is free afterwards
        assertThatCode(this::require).doesNotThrowAnyException();
        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @Test
    void requireWhenThePortIsNotSetThenPasses() {
        assertThatCode(this::require).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"65536", "99999", "123456", "", "http", "1 ", "+1"})
    void requireWhenItIsNoPortThenSaysTheRange(String port) {
        environment.setProperty("port", port);

        assertThatThrownBy(this::require)
                .isInstanceOf(StartRefused.class)
                .hasMessage("port is %s, but has to be a number from 0 to 65535", port);
    }

    @Test
    void requireWhenAnotherHasThePortThenSaysWhichSettingNamesIt() throws IOException {
        try (var taken = new ServerSocket(0)) {
            environment.setProperty("port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(this::require)
                    .isInstanceOf(StartRefused.class)
                    .hasMessageMatching(
                            "port %d is in use by another process, or not allowed: stop that process, or choose another port with (--port=[0-9]+) \\(with Maven: mvn spring-boot:run -Dspring-boot.run.arguments=\\1\\)"
                                    .formatted(taken.getLocalPort()));
        }
    }

    @Test
    void requireWhenAnotherHasThePortThenNamesOneThatIsFreeAndNotMilvus() throws IOException {
        try (var first = new ServerSocket(0)) {
            environment.setProperty("port", Integer.toString(first.getLocalPort()));
            environment.setProperty("port", suggested());

            assertThatCode(this::require).doesNotThrowAnyException();
        }
        InetAddress own = InetAddress.getByName("127.0.0.21");
        environment.setProperty("address", own.getHostAddress());
        try (var milvus = new ServerSocket(19530, 0, own);
                var next = new ServerSocket(19532, 0, own)) {
            environment.setProperty("port", Integer.toString(milvus.getLocalPort()));

            assertThat(suggested()).as("neither 19531 nor " + next).isEqualTo("19533");
        }
    }

    private String suggested() {
        String message = String.valueOf(catchThrowable(this::require).getMessage());
        return message.replaceFirst(".*--port=([0-9]+)\\).*", "$1");
    }

    @Test
    void requireWhenAnotherHasThePortOfAnotherAddressThenItsOwnIsFree() throws IOException {
        try (var taken = new ServerSocket(0, 0, InetAddress.getByName("127.0.0.2"))) {
            environment.setProperty("port", Integer.toString(taken.getLocalPort()));

            assertThatThrownBy(this::require).as("all addresses").isInstanceOf(StartRefused.class);
            environment.setProperty("address", "127.0.0.1");
            assertThatCode(this::require).doesNotThrowAnyException();
            environment.setProperty("address", "127.0.0.2");
            assertThatThrownBy(this::require).isInstanceOf(StartRefused.class);
        }
    }

    @Test
    void requireWhenTheAddressIsNoneThenSaysSo() {
        environment.setProperty("port", "0");
        environment.setProperty("address", "[::z]");

        assertThatThrownBy(this::require)
                .isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("port 0 cannot be used: ");
    }

    private void require() {
        FreePort.require(environment, "port", "address");
    }
}
