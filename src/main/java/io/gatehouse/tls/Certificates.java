package io.gatehouse.tls;

import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.ProviderException;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.ssl.pem.PemContent;

/**
 * What the files of TLS hold, found to be usable.
 *
 * @param key the server's private key
 * @param chain the server's certificate first
 * @param authorities whose clients are let in; empty when clients need no certificate
 */
record Certificates(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities) {

    private static final String REMEDY = "Correct the file, or the setting that names it, and start again.";

    /** All the authorities of a browser take a quarter of it. */
    private static final int LARGEST_FILE = 1024 * 1024;

    private static final String CERTIFICATE = "CERTIFICATE";

    /** By the key's algorithm. */
    private static final Map<String, String> SIGNATURES =
            Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

    /**
     * Reads the files and looks whether a client could accept them.
     *
     * @throws StartRefused naming the file and what is wrong with it
     */
    static Certificates read(TlsModeSettings mode, TlsSettings files, Clock clock) {
        Path chainFile = required(files.serverPemPath(), "tls.serverPemPath", mode);
        Path keyFile = required(files.serverKeyPath(), "tls.serverKeyPath", mode);
        List<X509Certificate> chain = certificates(chainFile);
        requireValid(chain.get(0), chainFile, clock.instant());
        PrivateKey key = key(keyFile);
        requireMatch(chain.get(0), key, chainFile, keyFile);
        return new Certificates(key, chain, mode.isMutual() ? authorities(mode, files, clock.instant()) : List.of());
    }

    /** When the server's certificate ends. */
    Instant end() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** Shows no key. */
    @Override
    public String toString() {
        return "Certificates[" + chain.get(0).getSubjectX500Principal() + "]";
    }

    private static List<X509Certificate> authorities(TlsModeSettings mode, TlsSettings files, Instant now) {
        Path file = required(files.caPemPath(), "tls.caPemPath", mode);
        List<X509Certificate> authorities = certificates(file);
        // A file that holds an old authority beside its successor is fine
        if (authorities.stream().noneMatch(authority -> isValid(authority, now))) {
            requireValid(authorities.get(0), file, now);
        }
        return authorities;
    }

    private static Path required(@Nullable Path file, String setting, TlsModeSettings mode) {
        if (file == null || file.toString().isBlank()) {
            throw new StartRefused(
                    "%s is %d, but %s is not set".formatted(TlsModeSettings.KEY, mode.tlsMode(), setting),
                    "Set %s to a file in PEM form.".formatted(setting));
        }
        return file;
    }

    private static List<X509Certificate> certificates(Path file) {
        String text = text(file);
        if (!text.contains(CERTIFICATE)) {
            throw new StartRefused(file + " holds no certificate in PEM form", REMEDY);
        }
        String damaged = "a certificate in %s is damaged".formatted(file);
        try {
            List<X509Certificate> certificates = PemContent.of(text).getCertificates();
            // One whose first or last line is damaged is passed over without a word
            if (count(text, "BEGIN") == certificates.size() && count(text, "END") == certificates.size()) {
                return List.copyOf(certificates);
            }
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new StartRefused(damaged, REMEDY, e);
        }
        throw new StartRefused(damaged, REMEDY);
    }

    private static long count(String text, String mark) {
        return text.lines()
                .filter(line -> line.contains(mark) && line.contains(CERTIFICATE))
                .count();
    }

    private static PrivateKey key(Path file) {
        String text = text(file);
        if (text.contains("ENCRYPTED")) {
            throw new StartRefused(
                    "the private key in %s is encrypted".formatted(file),
                    "Give the key without a password, readable by this user alone.");
        }
        if (!text.contains("PRIVATE KEY")) {
            throw new StartRefused(file + " holds no private key in PEM form", REMEDY);
        }
        try {
            return Objects.requireNonNull(PemContent.of(text).getPrivateKey());
        } catch (IllegalStateException | IllegalArgumentException e) {
            throw new StartRefused("the private key in %s is damaged".formatted(file), REMEDY, e);
        }
    }

    private static String text(Path file) {
        try {
            byte[] bytes = bytes(file);
            if (bytes.length > LARGEST_FILE) {
                throw new StartRefused(file + " is not in PEM form: it is larger than 1 MiB", REMEDY);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new StartRefused(file + " cannot be read: it is absent", REMEDY, e);
        } catch (AccessDeniedException e) {
            throw new StartRefused(file + " cannot be read: permission denied", REMEDY, e);
        } catch (CharacterCodingException e) {
            throw new StartRefused(file + " is not in PEM form: it is no text", REMEDY, e);
        } catch (IOException e) {
            throw new StartRefused("%s cannot be read: %s".formatted(file, e.getMessage()), REMEDY, e);
        }
    }

    /** What a file holds, but of one that is too large not all: another file may be named by mistake. */
    static byte[] bytes(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(LARGEST_FILE + 1);
        }
    }

    private static void requireValid(X509Certificate certificate, Path file, Instant now) {
        Instant begin = certificate.getNotBefore().toInstant();
        Instant end = certificate.getNotAfter().toInstant();
        if (now.isBefore(begin)) {
            throw new StartRefused("the certificate in %s is not valid before %s".formatted(file, begin), REMEDY);
        }
        if (now.isAfter(end)) {
            throw new StartRefused("the certificate in %s expired at %s".formatted(file, end), REMEDY);
        }
    }

    private static boolean isValid(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant())
                && !now.isAfter(certificate.getNotAfter().toInstant());
    }

    /** Signs with the one and verifies with the other. */
    private static void requireMatch(X509Certificate certificate, PrivateKey key, Path chainFile, Path keyFile) {
        String mismatch =
                "the private key in %s does not belong to the certificate in %s".formatted(keyFile, chainFile);
        String algorithm = SIGNATURES.get(key.getAlgorithm());
        if (algorithm == null
                || !key.getAlgorithm().equals(certificate.getPublicKey().getAlgorithm())) {
            throw new StartRefused(mismatch, REMEDY);
        }
        byte[] text = {1};
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(text);
            if (!signature.verify(signed)) {
                throw new StartRefused(mismatch, REMEDY);
            }
        } catch (GeneralSecurityException | ProviderException e) {
            throw new StartRefused(mismatch, REMEDY, e);
        }
    }
}
