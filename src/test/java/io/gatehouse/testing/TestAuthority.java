package io.gatehouse.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority that issues certificates for one test. */
public final class TestAuthority {

    private static final Duration LIFE = Duration.ofDays(1);

    private final X500Name name;
    private final KeyPair keys = keys("EC");
    private final X509Certificate certificate;

    public TestAuthority(String commonName) {
        name = new X500Name("CN=" + commonName);
        Instant now = Instant.now();
        certificate = sign(name, keys, now.minus(LIFE), now.plus(LIFE), new BasicConstraints(true));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** A certificate with its key. */
    public record Issued(X509Certificate certificate, PrivateKey key) {

        /** Writes both in PEM form. */
        public void write(Path certificateFile, Path keyFile) {
            TestAuthority.write(certificateFile, certificate);
            TestAuthority.write(keyFile, key);
        }
    }

    /** Issues a certificate for {@code localhost} that is valid now. */
    public Issued issue(String commonName) {
        return issue(commonName, "EC", Instant.now().minus(LIFE), Instant.now().plus(LIFE));
    }

    /** Issues a certificate for {@code localhost}. */
    public Issued issue(String commonName, String algorithm, Instant begin, Instant end) {
        KeyPair own = keys(algorithm);
        X509Certificate issued = sign(new X500Name("CN=" + commonName), own, begin, end, new BasicConstraints(false));
        return new Issued(issued, own.getPrivate());
    }

    /** Writes certificates or a key in PEM form, and returns the file. */
    public static Path write(Path file, Object... contents) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            for (Object content : contents) {
                // The other form of an elliptic key would lack its curve
                writer.writeObject(content instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            return Files.writeString(file, text.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private X509Certificate sign(
            X500Name subject, KeyPair subjectKeys, Instant begin, Instant end, BasicConstraints constraints) {
        ASN1Encodable[] names = {
            new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
        };
        try {
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(64, new SecureRandom()),
                            Date.from(begin),
                            Date.from(end),
                            subject,
                            subjectKeys.getPublic())
                    .addExtension(Extension.basicConstraints, true, constraints)
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            GeneralNames.getInstance(new org.bouncycastle.asn1.DERSequence(names)));
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(Arrays.toString(names), e);
        }
    }

    private static KeyPair keys(String algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("EC")) {
                generator.initialize(new ECGenParameterSpec("secp256r1"));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
