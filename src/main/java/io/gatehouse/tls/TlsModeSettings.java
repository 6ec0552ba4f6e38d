package io.gatehouse.tls;

import io.gatehouse.settings.StartRefused;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Milvus' switch for TLS.
 *
 * @param tlsMode 0: no TLS; 1: TLS; 2: TLS 1.3, and clients need a certificate beside the token (S12)
 */
@ConfigurationProperties("common.security")
record TlsModeSettings(@DefaultValue("0") int tlsMode) {

    static final String KEY = "common.security.tlsMode";

    private static final int SERVER = 1;
    private static final int MUTUAL = 2;

    TlsModeSettings {
        if (tlsMode < 0 || tlsMode > MUTUAL) {
            throw new StartRefused("%s is %d, but has to be 0, 1 or 2".formatted(KEY, tlsMode));
        }
    }

    boolean isOn() {
        return tlsMode >= SERVER;
    }

    /** Whether clients need a certificate. */
    boolean isMutual() {
        return tlsMode == MUTUAL;
    }
}
