package io.gatehouse.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

/** Stands between a server and its PostgreSQL, and breaks single connections as networks do. */
public final class PostgresRelay implements AutoCloseable {

    private final Map<String, String> database;
    private final URI target;
    private final ServerSocket entrance;
    private final List<Relayed> connections = new CopyOnWriteArrayList<>();
    private volatile boolean refusing;

    private PostgresRelay(Map<String, String> database) throws IOException {
        this.database = database;
        this.target = URI.create(
                Objects.requireNonNull(database.get("spring.datasource.url")).substring("jdbc:".length()));
        this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        background(this::accept);
    }

    /** Opens a way to a database of {@link TestDatabase#fresh}. */
    public static PostgresRelay to(Map<String, String> database) {
        try {
            return new PostgresRelay(database);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The settings that make Gatehouse use the database this way. */
    public Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(database);
        settings.put(
                "spring.datasource.url", "jdbc:postgresql://localhost:" + entrance.getLocalPort() + target.getPath());
        return settings;
    }

    /** Whether new connections are closed at once; those that there are go on. */
    public void refuse(boolean newConnections) {
        refusing = newConnections;
    }

    /** Closes the connections that said these words, such as their application's name. */
    public void cut(String words) {
        matching(words).forEach(Relayed::close);
    }

    /** Lets nothing through any more on the connections that said these words, and does not tell either end. */
    public void mute(String words) {
        matching(words).forEach(connection -> connection.muted = true);
    }

    @Override
    public void close() {
        try {
            entrance.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connections.forEach(Relayed::close);
    }

    private List<Relayed> matching(String words) {
        List<Relayed> found = connections.stream()
                .filter(connection -> connection.said.contains(words) && !connection.client.isClosed())
                .toList();
        if (found.isEmpty()) {
            throw new AssertionError("no connection said " + words);
        }
        return found;
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = entrance.accept();
            if (refusing) {
                client.close();
                continue;
            }
            var server = new Socket(target.getHost(), target.getPort());
            // As PostgreSQL and its driver have it: else small messages wait for acknowledgements
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            var connection = new Relayed(client, server);
            connections.add(connection);
            background(connection::fromClient);
            background(connection::fromServer);
        }
    }

    private interface Work {

        void run() throws IOException;
    }

    private static void background(Work work) {
        var thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // How each of them ends: one of its sockets was closed
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static final class Relayed {

        private final Socket client;
        private final Socket server;
        private volatile boolean muted;
        /** The first words that the client sent: PostgreSQL's startup message. */
        private volatile String said = "";

        private Relayed(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void fromClient() throws IOException {
            pump(client.getInputStream(), server.getOutputStream(), true);
        }

        private void fromServer() throws IOException {
            pump(server.getInputStream(), client.getOutputStream(), false);
        }

        private void pump(InputStream in, OutputStream out, boolean listening) throws IOException {
            byte[] buffer = new byte[8192];
            var heard = new StringBuilder();
            try {
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (listening && heard.length() < buffer.length) {
                        heard.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
                        said = heard.toString();
                    }
                    if (!muted) {
                        out.write(buffer, 0, read);
                    }
                }
            } finally {
                close();
            }
        }

        private void close() {
            try {
                client.close();
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
