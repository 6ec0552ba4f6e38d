package io.gatehouse.settings;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Finds out before anything is written that a port cannot be had. The web server finds out for good, but only after the database was
 * made.
 */
final class FreePort {

    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final int LARGEST = 65535;
    private static final int LEAST_PRIVILEGED = 1024;

    /** The default ports of Milvus' components, etcd and MinIO. */
    private static final Set<Integer> MILVUS_PORTS =
            Set.of(2379, 2380, 9000, 9001, 9091, 13333, 19529, 19530, 19531, 21121, 21122, 21123, 21124, 21125, 53100);

    private FreePort() {}

    /**
     * Refuses to start when a port is in use. Port 0 stands for any, and a negative one for none.
     *
     * @param key the setting that holds the port
     * @param addressKey the setting that holds the address to listen on; all addresses when it is absent
     * @throws StartRefused when it is no port, or cannot be had
     */
    static void require(Environment environment, String key, String addressKey) {
        String value = environment.getProperty(key, "0");
        if (value.startsWith("-")) {
            return;
        }
        if (!PORT.matcher(value).matches() || Integer.parseInt(value) > LARGEST) {
            throw new StartRefused("%s is %s, but has to be a number from 0 to %d".formatted(key, value, LARGEST));
        }
        int port = Integer.parseInt(value);
        String address = environment.getProperty(addressKey);
        try {
            listen(port, address);
        } catch (BindException e) {
            String option = "--%s=%d".formatted(key, free(port, address));
            throw new StartRefused(
                    "port %d is in use by another process, or not allowed: stop that process, or choose another port with %s (with Maven: mvn spring-boot:run -Dspring-boot.run.arguments=%s)"
                            .formatted(port, option, option),
                    e);
        } catch (IOException e) {
            throw new StartRefused("port %s cannot be used: %s".formatted(value, e.getMessage()), e);
        }
    }

    private static void listen(int port, @Nullable String address) throws IOException {
        new ServerSocket(port, 0, address == null ? null : InetAddress.getByName(address)).close();
    }

    /** The next port that is free and is none of Milvus'. */
    private static int free(int taken, @Nullable String address) {
        return IntStream.concat(IntStream.rangeClosed(taken + 1, LARGEST), IntStream.range(LEAST_PRIVILEGED, taken))
                .filter(port -> !MILVUS_PORTS.contains(port))
                .filter(port -> isFree(port, address))
                .findFirst()
                .orElse(0);
    }

    private static boolean isFree(int port, @Nullable String address) {
        try {
            listen(port, address);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
