package io.gatehouse.grpc;

import io.gatehouse.address.ClientAddresses;
import io.gatehouse.authentication.TokenAuthenticator;
import io.gatehouse.throttle.HeldRefusals;
import io.grpc.ServiceDescriptor;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.NettyServerBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.grpc.MetricCollectingServerInterceptor;
import java.util.concurrent.TimeUnit;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.grpc.server.ServerBuilderCustomizer;
import org.springframework.grpc.server.service.GrpcServiceConfigurer;

/** What gRPC's server does with every call, whoever owns its port. */
@Configuration(proxyBeanMethods = false)
class GrpcConfiguration {

    private static final int METADATA_BYTES = 16 * 1024;

    /** Milvus' clients ping every 10 seconds, also while nothing is called, and leave when they are told that it is too often. */
    private static final int SECONDS_BETWEEN_PINGS = 5;

    /** A client that opens and gives up calls without end costs much and has no place in the count of those under way (CVE-2023-44487). */
    private static final int MOST_RESETS = 1000;

    private static final int SECONDS_OF_RESETS = 10;

    private static final int PART_OF_HEAP = 8;

    @Bean
    ServerBuilderCustomizer<NettyServerBuilder> calls(
            TokenAuthenticator authenticator,
            ClientAddresses addresses,
            HeldRefusals held,
            CallThreads threads,
            GrpcFace face,
            GrpcSettings settings,
            GatehouseGrpcSettings limits,
            MeterRegistry registry) {
        return server -> server.executor(threads.executor())
                // The last one is asked first. Interceptors of a single service would not see what no service has
                .intercept(new TokenInterceptor(authenticator, addresses, held, face, limits.requestTimeout()))
                .intercept(new MetricCollectingServerInterceptor(registry))
                .fallbackHandlerRegistry(new UnknownMethods())
                .maxInboundMessageSize(settings.serverMaxRecvSize())
                .addStreamTracerFactory(
                        new MessageMemory(face, limits.backupRbac() ? restoreBytes(settings) : MessageMemory.ALL_BYTES))
                .maxInboundMetadataSize(METADATA_BYTES)
                .maxConcurrentCallsPerConnection(limits.callsPerConnection())
                .maxRstFramesPerWindow(MOST_RESETS, SECONDS_OF_RESETS)
                .permitKeepAliveTime(SECONDS_BETWEEN_PINGS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    /** A message takes some three times as much once it is read. */
    static long restoreBytes(GrpcSettings settings) {
        return Math.min(settings.serverMaxRecvSize(), Runtime.getRuntime().maxMemory() / PART_OF_HEAP);
    }

    @Bean
    ServiceDescriptor healthMethods() {
        return HealthGrpc.getServiceDescriptor();
    }

    /** Spring's interceptors around each service would catch what the method has caught already. */
    @Bean
    GrpcServiceConfigurer servicesAsTheyAre() {
        return (service, server) -> service.service().bindService();
    }
}
