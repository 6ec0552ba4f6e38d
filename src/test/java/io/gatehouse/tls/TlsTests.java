package io.gatehouse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.settings.StartRefused;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestAuthority.Issued;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** Files of TLS that are not good, or not yet, at a start and while the port is open. */
@ExtendWith(OutputCaptureExtension.class)
class TlsTests {

    private static final String NOT_USED = "the changed certificate is not used, the old one stays: ";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    private final TestAuthority authority = new TestAuthority("authority");
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    /** Gauges do not keep what they measure. */
    private final List<Tls> made = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    private final Issued first = authority.issue("first", "EC", now.minusSeconds(60), now.plus(Duration.ofHours(1)));

    @BeforeEach
    void write() {
        first.write(file("server.pem"), file("server.key"));
        TestAuthority.write(file("ca.pem"), authority.certificate());
    }

    @Test
    void lookWhenTheNewCertificateIsNotYetValidThenItIsUsedOnceItIs(CapturedOutput output) {
        Tls tls = tls();
        Instant begin = now.plus(Duration.ofMinutes(30));
        Instant end = now.plus(Duration.ofHours(9));
        authority.issue("second", "EC", begin, end).write(file("server.pem"), file("server.key"));

        look(tls, now, 5);

        assertThat(end()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThat(refused()).isOne();
        assertThat(warnings(output))
                .hasSize(1)
                .first()
                .asString()
                .endsWith(NOT_USED + "the certificate in " + file("server.pem") + " is not valid before " + begin);

        look(tls, begin, 1);

        assertThat(end()).isEqualTo(end);
        assertThat(refused()).isZero();
        assertThat(output).containsOnlyOnce("the certificate was replaced: valid until " + end);
    }

    @Test
    void lookWhenTheOldFilesComeBackThenNothingIsRefusedAnyMore(CapturedOutput output) throws IOException {
        Tls tls = tls();
        String whole = Files.readString(file("server.pem"));
        Files.writeString(file("server.pem"), "");
        look(tls, now, 2);
        assertThat(refused()).isOne();

        Files.writeString(file("server.pem"), whole);
        look(tls, now, 2);

        assertThat(refused()).isZero();
        assertThat(output).doesNotContain("the certificate was replaced");
    }

    @ParameterizedTest
    @CsvSource({
        "server.pem,MISSING_CHARACTER,a certificate in FILE is damaged",
        "server.key,MISSING_CHARACTER,the private key in FILE is damaged",
        "ca.pem,MISSING_CHARACTER,a certificate in FILE is damaged",
        "server.pem,EMPTY,FILE holds no certificate in PEM form",
        "server.key,EMPTY,FILE holds no private key in PEM form",
        "ca.pem,EMPTY,FILE holds no certificate in PEM form",
        "server.pem,BINARY,FILE is not in PEM form: it is no text",
        "server.key,BINARY,FILE is not in PEM form: it is no text",
        "ca.pem,BINARY,FILE is not in PEM form: it is no text",
        "server.pem,LARGE,FILE is not in PEM form: it is larger than 1 MiB",
        "server.key,LARGE,FILE is not in PEM form: it is larger than 1 MiB",
        "ca.pem,LARGE,FILE is not in PEM form: it is larger than 1 MiB",
        "server.pem,OTHERS,the private key in FOLDER/server.key does not belong to the certificate in FILE",
        "server.key,OTHERS,the private key in FILE does not belong to the certificate in FOLDER/server.pem",
        "server.key,ENCRYPTED,the private key in FILE is encrypted",
        "server.pem,ABSENT,FILE cannot be read: it is absent",
        "server.key,ABSENT,FILE cannot be read: it is absent",
        "ca.pem,ABSENT,FILE cannot be read: it is absent",
        "server.pem,FOLDER,FILE cannot be read: Is a directory",
        "server.key,FOLDER,FILE cannot be read: Is a directory",
        "ca.pem,FOLDER,FILE cannot be read: Is a directory"
    })
    void filesWhenDamagedThenOneSentenceSaysSoAtAStartAndWhileThePortIsOpen(
            String name, Damage damage, String sentence, CapturedOutput output) throws Exception {
        String expected = sentence.replace("FILE", file(name).toString()).replace("FOLDER", folder.toString());
        Tls running = tls();
        damage(file(name), damage);

        look(running, now, 4);

        assertThat(warnings(output)).hasSize(1).first().asString().endsWith(NOT_USED + expected);
        assertThat(output).doesNotContain("\tat ");
        assertThat(end()).isEqualTo(now.plus(Duration.ofHours(1)));
        assertThatThrownBy(this::tls)
                .isInstanceOfSatisfying(
                        StartRefused.class, e -> assertThat(e.remedy()).isNotEmpty())
                .hasMessage(expected);
    }

    private enum Damage {
        MISSING_CHARACTER,
        EMPTY,
        BINARY,
        LARGE,
        OTHERS,
        ENCRYPTED,
        ABSENT,
        FOLDER
    }

    private void damage(Path file, Damage damage) throws Exception {
        switch (damage) {
            case MISSING_CHARACTER -> {
                String text = Files.readString(file);
                Files.writeString(file, new StringBuilder(text).deleteCharAt(text.indexOf('\n') + 10));
            }
            case EMPTY -> Files.writeString(file, "");
            case BINARY -> Files.write(file, binary());
            case LARGE -> Files.writeString(file, "\n".repeat(1024 * 1024) + Files.readString(file));
            case OTHERS -> {
                Issued other = authority.issue("other");
                TestAuthority.write(file, file.endsWith("server.key") ? other.key() : other.certificate());
            }
            case ENCRYPTED -> Files.writeString(file, encryptedKey());
            case ABSENT -> Files.delete(file);
            case FOLDER -> {
                Files.delete(file);
                Files.createDirectory(file);
            }
        }
    }

    private byte[] binary() throws CertificateEncodingException {
        return first.certificate().getEncoded();
    }

    private String encryptedKey() throws OperatorCreationException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            var encryptor = new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPassword("canary".toCharArray())
                    .build();
            writer.writeObject(new JcaPKCS8Generator(first.key(), encryptor));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private Tls tls() {
        var tls = new Tls(
                new TlsModeSettings(2),
                new TlsSettings(file("server.pem"), file("server.key"), file("ca.pem")),
                meters);
        made.add(tls);
        return tls;
    }

    private static void look(Tls tls, Instant at, int times) {
        for (int i = 0; i < times; i++) {
            tls.look(Clock.fixed(at, ZoneOffset.UTC));
        }
    }

    private Instant end() {
        return Instant.ofEpochSecond((long)
                meters.get("gatehouse.tls.certificate.not.after").timeGauge().value());
    }

    private double refused() {
        return meters.get("gatehouse.tls.certificate.refused").gauge().value();
    }

    private static List<String> warnings(CapturedOutput output) {
        return output.getOut().lines().filter(line -> line.contains(" WARN ")).toList();
    }

    private Path file(String name) {
        return folder.resolve(name);
    }
}
