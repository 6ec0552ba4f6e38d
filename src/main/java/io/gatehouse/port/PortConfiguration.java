package io.gatehouse.port;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.port.Connections.Closing;
import io.gatehouse.port.Connections.Refusal;
import io.gatehouse.port.Connections.Use;
import io.gatehouse.tls.Tls;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelHandlerContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.util.LambdaSafe;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.NettyGrpcServerFactory;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;

/** Puts the port together, in the place of Spring Boot's own gRPC server. */
@Configuration(proxyBeanMethods = false)
class PortConfiguration {

    private static final int MINUTES_OF_SILENCE = 2;

    @Bean
    SocketDirectory socketDirectory(PortSettings settings) {
        Path parent = settings.socketDirectory();
        return SocketDirectory.make(parent == null ? Path.of(System.getProperty("java.io.tmpdir")) : parent);
    }

    @Bean
    Connections connections(PortSettings settings, ClientAddresses addresses, MeterRegistry meters) {
        var connections = new Connections(settings, addresses::isTrusted);
        for (Use use : Use.values()) {
            Gauge.builder("gatehouse.connections", connections, counted -> counted.count(use))
                    .description("open connections to the port, by what they are used for")
                    .tag("use", use.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        for (Refusal why : Refusal.values()) {
            FunctionCounter.builder("gatehouse.connections.refused", connections, counted -> counted.refused(why))
                    .description("connections that were refused because there were too many")
                    .tag("reason", why.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        for (Closing why : Closing.values()) {
            FunctionCounter.builder("gatehouse.connections.closed", connections, counted -> counted.closed(why))
                    .description("connections that the port closed, by why it did")
                    .tag("reason", why.name().toLowerCase(Locale.ROOT))
                    .register(meters);
        }
        return connections;
    }

    /**
     * Makes the server that owns the port.
     *
     * @param customizers from other modules; what this one needs is set after them
     * @param services absent when there is no gRPC service
     * @param served whose methods gRPC is asked for; every other path is refused before
     */
    @Bean
    NettyGrpcServerFactory portServerFactory(
            ServerProperties properties,
            PortSettings settings,
            EventLoops loops,
            Connections connections,
            SocketDirectory directory,
            Tls tls,
            ObjectProvider<ServerBuilderCustomizer<?>> customizers,
            ObjectProvider<GrpcServiceDiscoverer> services,
            ObjectProvider<ServiceDescriptor> served,
            ObjectProvider<GrpcServiceConfigurer> configurers) {
        var servlets = new Relay.Target(directory.socket(), settings);
        var factory = new PortServerFactory(
                listenAddress(properties),
                GrpcNegotiation.credentials(
                        tls.isOn(),
                        paths(served),
                        handover -> new Newcomer(
                                connections,
                                (context, place) -> begin(
                                        context,
                                        new FirstBytes(handover, place, servlets, settings.unverifiedIdleTimeout()),
                                        tls,
                                        settings.handshakeTimeout()))),
                List.of(
                        builder ->
                                customize(builder, customizers.orderedStream().toList()),
                        loops::use,
                        builder -> limit(builder, settings)));
        services.ifAvailable(found -> found.findServices()
                .forEach(service -> factory.addService(configurers.getObject().configure(service, factory))));
        return factory;
    }

    private static Set<String> paths(ObjectProvider<ServiceDescriptor> served) {
        return served.stream()
                .flatMap(service -> service.getMethods().stream())
                .map(method -> "/" + method.getFullMethodName())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void begin(
            ChannelHandlerContext context, FirstBytes firstBytes, Tls tls, Duration handshakeTimeout) {
        context.pipeline()
                .replace(
                        context.name(), null, tls.isOn() ? new TlsGate(tls, handshakeTimeout, firstBytes) : firstBytes);
    }

    private static InetSocketAddress listenAddress(ServerProperties properties) {
        int port = Objects.requireNonNull(properties.getPort(), "application.yml sets server.port");
        @Nullable InetAddress address = properties.getAddress();
        return address == null ? new InetSocketAddress(port) : new InetSocketAddress(address, port);
    }

    private static void limit(NettyServerBuilder builder, PortSettings settings) {
        builder.handshakeTimeout(settings.handshakeTimeout().toMillis(), TimeUnit.MILLISECONDS)
                // Who has gone without a word gives its place back; grpc-java would ask after two hours
                .keepAliveTime(MINUTES_OF_SILENCE, TimeUnit.MINUTES);
    }

    @SuppressWarnings("unchecked")
    private static void customize(NettyServerBuilder builder, List<? extends ServerBuilderCustomizer<?>> customizers) {
        // Some may be for another kind of builder
        LambdaSafe.callbacks(ServerBuilderCustomizer.class, customizers, builder)
                .invoke(customizer -> customizer.customize(builder));
    }
}
