package io.gatehouse.settings;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
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
     * Refuses to start when a port is in use. Port 0 stands for any, and a negative one for none.
     *
     * @param key the setting that holds the port
     * @param addressKey the setting that holds the address to listen on; all addresses when it is absent
     * @throws SettingsException when it is no port, or cannot be had
     */
    static void require(Environment environment, String key, String addressKey) {
        String value = environment.getProperty(key, "0");
        if (value.startsWith("-")) {
            return;
        }
        if (!PORT.matcher(value).matches() || Integer.parseInt(value) > LARGEST) {
            throw new SettingsException("%s is %s, but has to be a number from 0 to %d".formatted(key, value, LARGEST));
        }
        String address = environment.getProperty(addressKey);
        try {
            new ServerSocket(Integer.parseInt(value), 0, address == null ? null : InetAddress.getByName(address))
                    .close();
        } catch (BindException e) {
            throw new SettingsException(
                    "port %s is in use by another process, or not allowed: stop that process, or set %s"
                            .formatted(value, key),
                    e);
        } catch (IOException e) {
            throw new SettingsException("port %s cannot be used: %s".formatted(value, e.getMessage()), e);
        }
    }
}
