package io.gatehouse.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.testing.Await;
import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.RawConnection;
import io.gatehouse.testing.TestDatabase;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.scheduling.TaskScheduler;

/** The end: nobody new, and running calls are answered, of both protocols. */
@ExtendWith(OutputCaptureExtension.class)
class FrontShutdownIT {

    /** The common pool may have one thread only, and then one of two calls would wait for the other. */
    private static final Executor THREADS = command -> new Thread(command).start();

    @Test
    void stopWhenCallsAreRunningThenTheyEndAndNoOtherBegins() throws Exception {
        GatehouseServer server = GatehouseServer.start(TestDatabase.H2, PortEndpoints.SETTING);
        int port = server.uri("/").getPort();
        Path socket = server.bean(SocketDirectory.class).socket();
        try (var grpc = new GrpcClient(server);
                var http = new RawConnection(server);
                var idle = new RawConnection(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            idle.send("GET /port/who HTTP/1.1\r\nHost: localhost\r\n\r\n").readUntil("certificate=none");
            var overGrpc = CompletableFuture.supplyAsync(
                    () -> PortEndpoints.callForText(grpc.channel(), PortEndpoints.SLOW, "20000"), THREADS);
            http.send("GET /port/slow?millis=20000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Await.until("both calls run", () -> PortEndpoints.RUNNING.get() == 2);

            var stopped = CompletableFuture.runAsync(server::close, THREADS);
            Await.until("nobody new is taken", () -> !accepts(port));
            boolean waited = !overGrpc.isDone() && !stopped.isDone();
            PortEndpoints.release();
            String overHttp = http.readToEnd();

            assertThat(waited).isTrue();
            assertThat(overGrpc.get(10, TimeUnit.SECONDS)).isEqualTo("20000");
            assertThat(overHttp).startsWith("HTTP/1.1 200 OK\r\n").endsWith("slow");
            assertThat(idle.readToEnd()).isEmpty();
            stopped.get(10, TimeUnit.SECONDS);
            assertThat(socket).doesNotExist();
            assertThat(socket.getParent()).doesNotExist();
        }
    }

    @Test
    void stopWhenACallTakesTooLongThenItIsBrokenOffAndNothingIsInterrupted(CapturedOutput output) throws Exception {
        GatehouseServer server = GatehouseServer.start(
                TestDatabase.H2, PortEndpoints.SETTING, "spring.lifecycle.timeout-per-shutdown-phase=1s");
        try (var grpc = new GrpcClient(server);
                var http = new RawConnection(server)) {
            PortEndpoints.call(grpc.channel(), PortEndpoints.ECHO, "");
            PortEndpoints.INTERRUPTED.set(0);
            var overGrpc = CompletableFuture.supplyAsync(
                    () -> PortEndpoints.callForText(grpc.channel(), PortEndpoints.SLOW, "60000"), THREADS);
            http.send("GET /port/slow?millis=60000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
            var unused = server.bean(TaskScheduler.class).schedule(() -> PortEndpoints.slow(60_000), Instant.now());
            Await.until("both calls and what is scheduled run", () -> PortEndpoints.RUNNING.get() == 3);

            server.close();
            int running = PortEndpoints.RUNNING.get();
            PortEndpoints.release();

            assertThat(running).isEqualTo(3);
            assertThat(PortEndpoints.INTERRUPTED).hasValue(0);
            http.readToEnd();
            Await.until("the call has ended", overGrpc::isDone);
            assertThat(output.getOut()).doesNotContain(" ERROR ");
        }
    }

    private static boolean accepts(int port) {
        try (var socket = new Socket("localhost", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
