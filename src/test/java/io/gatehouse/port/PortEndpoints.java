package io.gatehouse.port;

import io.gatehouse.testing.BytesMarshaller;
import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import jakarta.servlet.FilterChain;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/**
 * What the tests of the port call behind it, over gRPC and over HTTP. Gatehouse's own calls are all short and small. A server has
 * it with {@link #SETTING}.
 */
class PortEndpoints {

    static final String SETTING = "spring.main.sources=" + PortEndpoints.class.getName();

    /** How much of what {@code flood} sends was taken from it. */
    static final AtomicLong FLOODED = new AtomicLong();

    /** How many slow calls are being answered, over gRPC and over HTTP. */
    static final AtomicInteger RUNNING = new AtomicInteger();

    /** How many slow calls were interrupted. */
    static final AtomicInteger INTERRUPTED = new AtomicInteger();

    static final MethodDescriptor<byte[], byte[]> ECHO = method(MethodType.UNARY, "Echo");

    /** Answers after as many milliseconds as the request says, or when the slow calls are released. */
    static final MethodDescriptor<byte[], byte[]> SLOW = method(MethodType.UNARY, "Slow");

    /** Tells what gRPC knows of the client. */
    static final MethodDescriptor<byte[], byte[]> WHO = method(MethodType.UNARY, "Who");

    /** Sends as many messages of 1 MiB as the request says, as far as the client takes them. */
    static final MethodDescriptor<byte[], byte[]> FLOOD = method(MethodType.SERVER_STREAMING, "Flood");

    static final int MIB = 1 << 20;

    private static volatile CountDownLatch released = new CountDownLatch(1);

    private static final Context.Key<String> CLIENT = Context.key("client");

    /** Lets the slow calls that run be answered now. */
    static void release() {
        CountDownLatch running = released;
        released = new CountDownLatch(1);
        running.countDown();
    }

    static byte[] call(Channel channel, MethodDescriptor<byte[], byte[]> method, String request) {
        return ClientCalls.blockingUnaryCall(
                channel, method, CallOptions.DEFAULT.withDeadlineAfter(30, TimeUnit.SECONDS), bytes(request));
    }

    static String callForText(Channel channel, MethodDescriptor<byte[], byte[]> method, String request) {
        return new String(call(channel, method, request), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Bean
    BindableService portService() {
        return () -> ServerInterceptors.intercept(service(), new Client());
    }

    @Bean
    ServiceDescriptor portMethods() {
        return service().getServiceDescriptor();
    }

    private static ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("io.gatehouse.test.Port")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, answer) -> answer(answer, request)))
                .addMethod(SLOW, ServerCalls.asyncUnaryCall((request, answer) -> {
                    slow(Long.parseLong(new String(request, StandardCharsets.UTF_8)));
                    answer(answer, request);
                }))
                .addMethod(WHO, ServerCalls.asyncUnaryCall((request, answer) -> answer(answer, bytes(CLIENT.get()))))
                .addMethod(FLOOD, ServerCalls.asyncServerStreamingCall(PortEndpoints::flood))
                .build();
    }

    private static void answer(StreamObserver<byte[]> observer, byte[] answer) {
        observer.onNext(answer);
        observer.onCompleted();
    }

    private static void flood(byte[] request, StreamObserver<byte[]> observer) {
        var answer = (ServerCallStreamObserver<byte[]>) observer;
        long messages = Long.parseLong(new String(request, StandardCharsets.UTF_8));
        FLOODED.set(0);
        answer.setOnReadyHandler(() -> {
            while (answer.isReady() && FLOODED.get() < messages * MIB) {
                answer.onNext(new byte[MIB]);
                if (FLOODED.addAndGet(MIB) == messages * MIB) {
                    answer.onCompleted();
                }
            }
        });
    }

    /** What gRPC knows of a call's client, as one text. */
    private static final class Client implements ServerInterceptor {

        @Override
        public <I, O> ServerCall.Listener<I> interceptCall(
                ServerCall<I, O> call, Metadata headers, ServerCallHandler<I, O> next) {
            var address = (InetSocketAddress)
                    Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            SSLSession session = call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION);
            String client = "address=%s security=%s certificate=%s"
                    .formatted(address.getAddress().getHostAddress(), call.getSecurityLevel(), subject(session));
            Context context = Context.current().withValue(CLIENT, client);
            return io.grpc.Contexts.interceptCall(context, call, headers, next);
        }

        private static String subject(SSLSession session) {
            try {
                return session == null ? "none" : session.getPeerPrincipal().getName();
            } catch (SSLPeerUnverifiedException e) {
                return "none";
            }
        }
    }

    /** The same over HTTP, in front of everything that Gatehouse does with a request. */
    @Bean
    FilterRegistrationBean<HttpFilter> portFilter() {
        var registration = new FilterRegistrationBean<HttpFilter>(new Filter());
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.addUrlPatterns("/port/*");
        return registration;
    }

    private static final class Filter extends HttpFilter {

        private static final long serialVersionUID = 1L;

        @Override
        protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws IOException {
            switch (request.getRequestURI()) {
                case "/port/echo" -> request.getInputStream().transferTo(response.getOutputStream());
                case "/port/slow" -> {
                    slow(Long.parseLong(request.getParameter("millis")));
                    response.getWriter().print("slow");
                }
                case "/port/who" -> response.getWriter().print(who(request));
                case "/port/flood" -> {
                    FLOODED.set(0);
                    for (int chunk = 0; chunk < Integer.parseInt(request.getParameter("mib")); chunk++) {
                        response.getOutputStream().write(new byte[MIB]);
                        FLOODED.addAndGet(MIB);
                    }
                }
                case "/port/never-reads" -> {
                    sleep(Long.parseLong(request.getParameter("millis")));
                    response.getWriter().print(request.getInputStream().readAllBytes().length);
                }
                default -> response.sendError(HttpServletResponse.SC_NOT_FOUND);
            }
        }

        private static String who(HttpServletRequest request) {
            String certificate =
                    request.getAttribute("jakarta.servlet.request.X509Certificate") instanceof X509Certificate[] chain
                            ? chain[0].getSubjectX500Principal().getName()
                            : "none";
            return "address=%s scheme=%s secure=%s cipher=%s certificate=%s"
                    .formatted(
                            request.getRemoteAddr(),
                            request.getScheme(),
                            request.isSecure(),
                            request.getAttribute("jakarta.servlet.request.cipher_suite"),
                            certificate);
        }
    }

    static void slow(long millis) {
        CountDownLatch release = released;
        RUNNING.incrementAndGet();
        try {
            release.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            INTERRUPTED.incrementAndGet();
            Thread.currentThread().interrupt();
        } finally {
            RUNNING.decrementAndGet();
        }
    }

    private static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static MethodDescriptor<byte[], byte[]> method(MethodType type, String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName("io.gatehouse.test.Port/" + name)
                .setRequestMarshaller(new BytesMarshaller())
                .setResponseMarshaller(new BytesMarshaller())
                .build();
    }
}
