package io.gatehouse.port;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSession;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ProxyConnectionFactory.ProxyEndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.jspecify.annotations.Nullable;

/**
 * Tells servlets of the TLS that ended at the port: the scheme, the cipher suite and the client's certificate, as {@link
 * ProxyHeader} says them.
 */
final class RelayedTls extends SecureRequestCustomizer {

    private static final boolean CHECKS_SNI = false;

    RelayedTls() {
        super(CHECKS_SNI);
    }

    @Override
    protected Request newSecureRequest(Request request, EndPoint.SslSessionData session) {
        byte[] certificate =
                request.getConnectionMetaData().getConnection().getEndPoint() instanceof ProxyEndPoint relayed
                        ? relayed.getTLV(ProxyHeader.CERTIFICATE)
                        : null;
        return super.newSecureRequest(
                request, certificate == null ? session : new WithCertificate(session, certificate));
    }

    /** Decodes the certificate only for who asks for it. */
    private static final class WithCertificate implements EndPoint.SslSessionData {

        private final EndPoint.SslSessionData session;
        private final byte[] certificate;

        WithCertificate(EndPoint.SslSessionData session, byte[] certificate) {
            this.session = session;
            this.certificate = certificate;
        }

        @Override
        public @Nullable SSLSession sslSession() {
            return session.sslSession();
        }

        @Override
        public @Nullable String sslSessionId() {
            return session.sslSessionId();
        }

        @Override
        public @Nullable String cipherSuite() {
            return session.cipherSuite();
        }

        @Override
        public X509Certificate[] peerCertificates() {
            try {
                return CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(certificate))
                        .toArray(X509Certificate[]::new);
            } catch (CertificateException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
