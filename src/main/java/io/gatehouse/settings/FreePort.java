package io.gatehouse.settings;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.PortInUseException;
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
     * @throws PortInUseException when somebody listens there
     * @throws SettingsException when it is no port, or cannot be had for another reason
     */
    static void require(Environment environment, String key, String addressKey) {
        String value = environment.getProperty(key, "0");
        if (value.startsWith("-")) {
            return;
        }
        if (!PORT.matcher(value).matches() || Integer.parseInt(value) > LARGEST) {
            throw new SettingsException("%s is %s, but has to be a number from 0 to %d".formatted(key, value, LARGEST));
        }
        tryPort(Integer.parseInt(value), environment.getProperty(addressKey));
    }

    private static void tryPort(int port, @Nullable String address) {
        try {
            new ServerSocket(port, 0, address == null ? null : InetAddress.getByName(address)).close();
        } catch (BindException e) {
            throw new PortInUseException(port, e);
        } catch (IOException e) {
            throw new SettingsException("port %d cannot be used: %s".formatted(port, e.getMessage()), e);
        }
    }
}
