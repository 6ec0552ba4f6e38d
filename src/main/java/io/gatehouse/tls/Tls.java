package io.gatehouse.tls;

import io.gatehouse.settings.StartRefused;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http2.Http2SecurityUtil;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProtocols;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * TLS on the port, with the JDK's own implementation. The files are looked at again and again, by their contents: a mounted
 * secret changes behind symbolic links, and not every file system tells of changes. A connection keeps what it began with.
 */
@Component
public final class Tls {

    private static final Logger log = LoggerFactory.getLogger(Tls.class);

    private static final long MOST_SESSIONS = 1000;

    private final TlsModeSettings mode;
    private final TlsSettings files;

    /** Null without TLS. */
    private volatile @Nullable Served served;

    /** Of the files whose contents are served. */
    private String used = "";

    /** Of the files as they were at the last look. */
    private String seen = "";

    /** Why the files' contents are not served; empty when they are. */
    private volatile String refusal = "";

    /** What new connections get, and when its certificate ends. */
    private record Served(SslContext context, Instant end) {}

    Tls(TlsModeSettings mode, TlsSettings files, MeterRegistry meters) {
        this.mode = mode;
        this.files = files;
        if (mode.isOn()) {
            seen = fingerprint();
            used = seen;
            served = served(Certificates.read(mode, files, Clock.systemUTC()));
            TimeGauge.builder(
                            "gatehouse.tls.certificate.not.after",
                            this,
                            TimeUnit.SECONDS,
                            tls -> tls.served().end().getEpochSecond())
                    .description("when the certificate of the port ends, since 1970")
                    .register(meters);
            Gauge.builder("gatehouse.tls.certificate.refused", this, tls -> tls.refusal.isEmpty() ? 0 : 1)
                    .description("1 while the files of TLS hold something that is not used, such as a certificate"
                            + " that is not valid yet")
                    .register(meters);
        }
    }

    /** Whether the port speaks TLS. */
    public boolean isOn() {
        return mode.isOn();
    }

    /** TLS for one new connection. */
    public SslHandler newHandler(ByteBufAllocator memory, Duration handshakeTimeout) {
        SslHandler handler = served().context().newHandler(memory);
        handler.setHandshakeTimeoutMillis(handshakeTimeout.toMillis());
        return handler;
    }

    /** Uses changed files once they have stood still between two looks, and are good; until then the old ones. */
    @Scheduled(fixedDelayString = "${gatehouse.front.certificate-check:10s}")
    void reloadWhenChanged() {
        if (mode.isOn()) {
            look(Clock.systemUTC());
        }
    }

    /** What is refused is judged again at each look, as a certificate that is not valid yet will be; the log says so once. */
    void look(Clock clock) {
        String now = fingerprint();
        boolean standsStill = now.equals(seen);
        seen = now;
        if (now.equals(used)) {
            refusal = "";
        } else if (standsStill) {
            reload(now, clock);
        }
    }

    private void reload(String now, Clock clock) {
        try {
            Certificates certificates = Certificates.read(mode, files, clock);
            served = served(certificates);
            used = now;
            refusal = "";
            log.info("the certificate was replaced: valid until {}", certificates.end());
        } catch (StartRefused e) {
            String why = String.valueOf(e.getMessage());
            if (!why.equals(refusal)) {
                refusal = why;
                log.warn("the changed certificate is not used, the old one stays: {}", why);
            }
        }
    }

    private Served served() {
        return Objects.requireNonNull(served, "there is no TLS");
    }

    private Served served(Certificates certificates) {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        certificates.key(), certificates.chain().toArray(X509Certificate[]::new))
                .sslProvider(SslProvider.JDK)
                .ciphers(Http2SecurityUtil.CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(MOST_SESSIONS)
                // The server's order counts: who offers both, browsers and curl, gets HTTP/1.1; gRPC clients offer h2
                // alone
                .applicationProtocolConfig(new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        ApplicationProtocolNames.HTTP_1_1,
                        ApplicationProtocolNames.HTTP_2));
        if (mode.isMutual()) {
            builder.protocols(SslProtocols.TLS_v1_3)
                    .trustManager(certificates.authorities())
                    .clientAuth(ClientAuth.REQUIRE);
        } else {
            builder.protocols(SslProtocols.TLS_v1_3, SslProtocols.TLS_v1_2);
        }
        try {
            return new Served(builder.build(), certificates.end());
        } catch (SSLException e) {
            throw new StartRefused(
                    "the certificate in %s cannot be used: %s".formatted(files.serverPemPath(), e.getMessage()),
                    "Correct the file and start again.",
                    e);
        }
    }

    private String fingerprint() {
        return Stream.of(files.serverPemPath(), files.serverKeyPath(), mode.isMutual() ? files.caPemPath() : null)
                .filter(Objects::nonNull)
                .map(Tls::fingerprint)
                .collect(Collectors.joining(" "));
    }

    private static String fingerprint(Path file) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Certificates.bytes(file)));
        } catch (IOException e) {
            return e.toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
