package io.gatehouse.port;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.RawConnection;
import io.gatehouse.testing.TestAuthority;
import io.gatehouse.testing.TestAuthority.Issued;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client that trusts one authority and may have a certificate of its own. */
final class TlsClient {

    private static final char[] NO_PASSWORD = new char[0];

    private final TestAuthority trusted;
    private final @Nullable Issued own;

    TlsClient(TestAuthority trusted) {
        this(trusted, null);
    }

    TlsClient(TestAuthority trusted, @Nullable Issued own) {
        this.trusted = trusted;
        this.own = own;
    }

    GrpcClient grpc(GatehouseServer server) {
        try {
            SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
                    .trustManager(trusted.certificate());
            if (own != null) {
                builder.keyManager(own.key(), own.certificate());
            }
            return new GrpcClient(server, "127.0.0.1", builder.build());
        } catch (SSLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Asks as a browser does: HTTP/2 is offered. */
    HttpResponse<String> get(GatehouseServer server, String path) {
        return send(HttpRequest.newBuilder(uri(server, path)).build());
    }

    HttpResponse<String> get(GatehouseServer server, String path, String token) {
        return send(HttpRequest.newBuilder(uri(server, path))
                .header("Authorization", "Bearer " + token)
                .build());
    }

    HttpResponse<String> get(URI uri) {
        return send(HttpRequest.newBuilder(uri).build());
    }

    private static URI uri(GatehouseServer server, String path) {
        return URI.create("https://127.0.0.1:" + server.uri("/").getPort() + path);
    }

    /** On a connection of its own, so that nothing is left of earlier ones. */
    private HttpResponse<String> send(HttpRequest request) {
        try {
            return HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_2)
                    .sslContext(context())
                    .build()
                    .send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A connection after its handshake. */
    RawConnection connect(GatehouseServer server, String version, String... protocols) {
        return connectFrom("127.0.0.1", server, version, protocols);
    }

    RawConnection connectFrom(String address, GatehouseServer server, String version, String... protocols) {
        try {
            SSLSocket socket = (SSLSocket) context()
                    .getSocketFactory()
                    .createSocket(
                            InetAddress.getLoopbackAddress(),
                            server.uri("/").getPort(),
                            InetAddress.getByName(address),
                            0);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setApplicationProtocols(protocols);
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SSLContext context() {
        try {
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            authorities.setCertificateEntry("trusted", trusted.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(authorities);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keys(own).getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static KeyManagerFactory keys(Issued issued) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setKeyEntry("own", issued.key(), NO_PASSWORD, new Certificate[] {issued.certificate()});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, NO_PASSWORD);
        return factory;
    }
}
