package io.gatehouse.settings;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineSettingsTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--gatehouse.data-directory=A|--gatehouse.data-directory=A|--gatehouse.data-directory",
                "--gatehouse.data-directory=A|--gatehouse.dataDirectory=B|--gatehouse.dataDirectory",
                "--common.security.superUsers=a|--common.security.super-users=b|--common.security.super-users",
                "--debug|--debug|--debug"
            })
    void checkWhenAnOptionIsGivenTwiceThenRefused(String first, String second, String named) {
        assertThatThrownBy(() -> CommandLineSettings.check(first, "--proxy.port=0", second))
                .isInstanceOf(StartRefused.class)
                .hasMessage(named + " is given twice: remove one, or write a list with commas");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port=1234|there is no option --port: the nearest is --proxy.port",
                "--data-directory=canary|there is no option --data-directory: the nearest is --gatehouse.data-directory",
                "--gatehouse.data-directry=canary|there is no option --gatehouse.data-directry: the nearest is --gatehouse.data-directory",
                "--gatehouse.hashing.data-directory=canary|there is no option --gatehouse.hashing.data-directory: the nearest is --gatehouse.data-directory",
                "--proxi.port=1|there is no option --proxi.port: the nearest is --proxy.port",
                "--proxy.prot=1|there is no option --proxy.prot: the nearest is --proxy.port",
                "--common.security.superUser=canary|there is no option --common.security.superUser: the nearest is --common.security.super-users",
                "--management.server.prot=1|there is no option --management.server.prot: the nearest is --management.server.port",
                "--server.prot=1|there is no option --server.prot: the nearest is --server.port",
                "--spring.datasource.ulr=canary|there is no option --spring.datasource.ulr: the nearest is --spring.datasource.url",
                "--spring.datasource.pasword=canary|there is no option --spring.datasource.pasword: the nearest is --spring.datasource.password",
                "--tls.mode=1|there is no option --tls.mode: the settings of Gatehouse begin with gatehouse, common, proxy or tls",
                "--password=canary|there is no option --password: the nearest is --spring.datasource.password",
                "--server=canary|there is no option --server: the settings of Gatehouse begin with gatehouse, common, proxy or tls",
                "--foo.bar=canary|there is no option --foo.bar: the settings of Gatehouse begin with gatehouse, common, proxy or tls",
                "--|an option has no name: options are written --NAME=VALUE",
                "--=canary|an option has no name: options are written --NAME=VALUE",
                "--can ary|an option has no name: options are written --NAME=VALUE",
                "--proxy.port|the option --proxy.port has no value: write --proxy.port=VALUE",
                "--gatehouse.refuse-default-root-password|the option --gatehouse.refuse-default-root-password has no value: write --gatehouse.refuse-default-root-password=VALUE"
            })
    void checkWhenAnOptionWouldBeIgnoredThenRefusedWithoutItsValue(String argument, String sentence) {
        assertThatThrownBy(() -> CommandLineSettings.check("--proxy.maxUserNum=7", argument))
                .isInstanceOf(StartRefused.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--debug",
                "--trace=true",
                "--proxy.port=1",
                "--common.security.superUsers=",
                "--common.security.super-users[0]=a",
                "--COMMON.security.defaultRootPassword=a=b",
                "--proxy.maxTaskNum=1",
                "--rootCoord.port=1",
                "--gatehouse.trusted-proxies[0]=::1",
                "--gatehouse.dataDirectory=x",
                "--gatehouse.data_directory=x",
                "--spring.datasource.hikari.maximum-pool-size=5",
                "--server.address=127.0.0.1",
                "--spring.datasource.url=x",
                "--spring.config.import=x",
                "--spring.datasource.hikari.data-source-properties.ssl=x",
                "--logging.level.a=debug",
                "--logging.level.io.gatehouse=debug",
                "--springdoc.api-docs.enabled=false",
                "--management.server.port=-1",
                "reset-pasword"
            })
    void checkWhenAnOptionIsReadThenPasses(String argument) {
        assertThatCode(() -> CommandLineSettings.check(argument, "--info.app.name=x", "--spring.profiles.active=a"))
                .doesNotThrowAnyException();
    }

    /** So that an example of the documents is never refused. */
    @Test
    void checkWhenASettingIsDocumentedThenPasses() throws IOException {
        String[] documented = Files.readString(Path.of("docs", "settings.md"))
                .lines()
                .filter(line -> line.startsWith("| `"))
                .map(line -> "--" + line.split("`", 3)[1] + "=x")
                .toArray(String[]::new);

        assertThatCode(() -> CommandLineSettings.check(documented)).doesNotThrowAnyException();
    }
}
