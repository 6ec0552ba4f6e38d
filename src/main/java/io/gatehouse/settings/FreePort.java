package io.gatehouse.settings;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.springframework.core.env.Environment;

/**
 * Finds out before anything is written that a port cannot be had. The web server finds out for good, but only after the database was
 * made.
 */
final class FreePort {

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int LARGEST = 65535;

    private FreePort() {}

    /**
     * Refuses to start when the port of this key is in use. Port 0 stands for any, and a negative one for none.
     *
     * @throws SettingsException naming the port and the key
     */
    static void require(Environment environment, String key) {
        String value = environment.getProperty(key, "0");
        if (value.startsWith("-")) {
            return;
        }
        if (!PORT.matcher(value).matches() || Integer.parseInt(value) > LARGEST) {
            throw new SettingsException("%s is %s, but has to be a number from 0 to %d".formatted(key, value, LARGEST));
        }
        try {
            new ServerSocket(Integer.parseInt(value)).close();
        } catch (IOException e) {
            throw new SettingsException(
                    "port %s cannot be used (%s): stop what listens there, or set %s"
                            .formatted(value, e.getMessage(), key),
                    e);
        }
    }
}
