package io.gatehouse.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.settings.StartRefused;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestAuthority.Issued;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with certificate files is said with the file's name. */
class CertificatesTests {

    private static final TlsModeSettings ON = new TlsModeSettings(1);
    private static final TlsModeSettings MUTUAL = new TlsModeSettings(2);

    private final TestAuthority authority = new TestAuthority("authority");

    @TempDir
    private Path folder = Path.of("");

    private Path certificate = Path.of("");
    private Path key = Path.of("");
    private Path authorities = Path.of("");

    @BeforeEach
    void write() {
        certificate = folder.resolve("server.pem");
        key = folder.resolve("server.key");
        authorities = TestAuthority.write(folder.resolve("ca.pem"), authority.certificate());
        authority.issue("server").write(certificate, key);
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readWhenAllIsWellThenHasKeyChainAndEnd(String algorithm) {
        Instant end = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
        Issued issued = authority.issue("server", algorithm, Instant.now(), end);
        TestAuthority.write(certificate, issued.certificate(), authority.certificate());
        TestAuthority.write(key, issued.key());

        Certificates read = read(ON);

        assertThat(read.chain()).containsExactly(issued.certificate(), authority.certificate());
        assertThat(read.key()).isEqualTo(issued.key());
        assertThat(read.end()).isEqualTo(end);
        assertThat(read.authorities()).isEmpty();
        assertThat(read).hasToString("Certificates[CN=server]");
    }

    @Test
    void readWhenClientsNeedCertificatesThenHasTheirAuthorities() {
        assertThat(read(MUTUAL).authorities()).containsExactly(authority.certificate());
    }

    @Test
    void readWhenASettingIsMissingThenSaysWhich() {
        refused(
                new TlsSettings(null, key, authorities),
                "common.security.tlsMode is 2, but tls.serverPemPath is not set");
        refused(
                new TlsSettings(certificate, null, authorities),
                "common.security.tlsMode is 2, but tls.serverKeyPath is not set");
        refused(new TlsSettings(certificate, key, null), "common.security.tlsMode is 2, but tls.caPemPath is not set");
        refused(
                new TlsSettings(certificate, key, Path.of("")),
                "common.security.tlsMode is 2, but tls.caPemPath is not set");
    }

    @Test
    void readWhenAFileIsAbsentThenSaysWhich() throws Exception {
        Files.delete(key);

        refused(key + " cannot be read: it is absent");

        Files.delete(certificate);
        refused(certificate + " cannot be read: it is absent");
    }

    @Test
    void readWhenAFileIsAFolderThenSaysSo() throws Exception {
        Files.delete(certificate);
        Files.createDirectory(certificate);

        refused(certificate + " cannot be read: Is a directory");
    }

    @Test
    void readWhenAFileIsNotInPemFormThenSaysWhich() throws Exception {
        Files.writeString(authorities, "nonsense");
        refused(authorities + " holds no certificate in PEM form");

        Files.writeString(key, "");
        refused(key + " holds no private key in PEM form");

        Files.writeString(certificate, "");
        refused(certificate + " holds no certificate in PEM form");

        Files.write(certificate, authority.certificate().getEncoded());
        refused(certificate + " is not in PEM form: it is no text");
    }

    @Test
    void readWhenWhatIsInPemFormIsNonsenseThenSaysThatItIsDamaged() throws Exception {
        Files.writeString(key, "-----BEGIN PRIVATE KEY-----\nbm9uc2Vuc2U=\n-----END PRIVATE KEY-----\n");
        refused("the private key in " + key + " is damaged");

        Files.writeString(certificate, "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n");
        refused("a certificate in " + certificate + " is damaged");
    }

    /** At whatever place of whatever file: what is still read is the same as before. */
    @ParameterizedTest
    @CsvSource({"EC,server.pem", "EC,server.key", "EC,ca.pem", "RSA,server.pem", "RSA,server.key", "Ed25519,server.key"
    })
    void readWhenOneCharacterIsMissingThenSaysInWhichFileOrReadsTheSame(String algorithm, String name)
            throws Exception {
        Issued issued = authority.issue(
                "server", algorithm, Instant.now(), Instant.now().plus(Duration.ofHours(1)));
        TestAuthority.write(certificate, issued.certificate(), authority.certificate());
        TestAuthority.write(key, issued.key());
        TestAuthority.write(authorities, authority.certificate(), new TestAuthority("other").certificate());
        Certificates whole = read(MUTUAL);
        Path file = folder.resolve(name);
        String text = Files.readString(file);

        int refused = 0;
        for (int at = 0; at < text.length(); at++) {
            Files.writeString(file, new StringBuilder(text).deleteCharAt(at));
            try {
                assertThat(read(MUTUAL)).isEqualTo(whole);
            } catch (StartRefused e) {
                assertThat(e).hasMessageContaining(file.toString());
                assertThat(e.remedy()).isNotEmpty();
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(text.length() / 2);
    }

    @Test
    void readWhenTheFilesAreMixedUpThenSaysSo() {
        refused(new TlsSettings(key, certificate, authorities), key + " holds no certificate in PEM form");
    }

    @Test
    void readWhenTheKeyIsEncryptedThenSaysSo() throws Exception {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            var encryptor = new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPassword("canary".toCharArray())
                    .build();
            writer.writeObject(new JcaPKCS8Generator(authority.issue("server").key(), encryptor));
        }
        Files.writeString(key, text.toString());

        refused("the private key in " + key + " is encrypted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readWhenTheKeyIsOfAnotherCertificateThenSaysSo(String algorithm) {
        TestAuthority.write(
                key,
                authority
                        .issue("other", algorithm, Instant.now(), Instant.now().plusSeconds(60))
                        .key());

        refused("the private key in %s does not belong to the certificate in %s".formatted(key, certificate));
    }

    @Test
    void readWhenTheCertificateIsOutOfItsTimeThenSaysSince() {
        Instant begin = Instant.parse("2001-01-01T00:00:00Z");
        Instant end = Instant.parse("2002-01-01T00:00:00Z");
        authority.issue("old", "EC", begin, end).write(certificate, key);
        refused("the certificate in " + certificate + " expired at 2002-01-01T00:00:00Z");

        Instant later = Instant.parse("2901-01-01T00:00:00Z");
        authority.issue("new", "EC", later, later.plusSeconds(60)).write(certificate, key);
        refused("the certificate in " + certificate + " is not valid before 2901-01-01T00:00:00Z");
    }

    @Test
    void readWhenEveryAuthorityIsOutOfItsTimeThenSaysSo() {
        Instant end = Instant.parse("2002-01-01T00:00:00Z");
        Issued old = authority.issue("old", "EC", end.minusSeconds(60), end);
        TestAuthority.write(authorities, old.certificate(), authority.certificate());
        assertThat(read(MUTUAL).authorities()).hasSize(2);

        TestAuthority.write(authorities, old.certificate());
        refused("the certificate in " + authorities + " expired at 2002-01-01T00:00:00Z");
    }

    private Certificates read(TlsModeSettings mode) {
        return Certificates.read(mode, new TlsSettings(certificate, key, authorities), Clock.systemUTC());
    }

    private void refused(String sentence) {
        refused(new TlsSettings(certificate, key, authorities), sentence);
    }

    private static void refused(TlsSettings files, String sentence) {
        assertThatThrownBy(() -> Certificates.read(MUTUAL, files, Clock.systemUTC()))
                .isInstanceOf(StartRefused.class)
                .hasMessage(sentence);
    }
}
