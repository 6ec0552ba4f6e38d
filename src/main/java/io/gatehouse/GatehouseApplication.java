package io.gatehouse;

import io.gatehouse.command.Commands;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.aop.AopAutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.data.autoconfigure.web.DataWebAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerObservationAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.GrpcServerServicesAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.health.GrpcServerHealthSchedulerAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.security.GrpcServerOAuth2ResourceServerAutoConfiguration;
import org.springframework.boot.grpc.server.autoconfigure.security.GrpcServerSecurityAutoConfiguration;
import org.springframework.boot.persistence.autoconfigure.PersistenceExceptionTranslationAutoConfiguration;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.boot.transaction.jta.autoconfigure.JtaAutoConfiguration;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Starts Gatehouse, or runs a command of it. Of Spring's gRPC only the server itself is wanted: the gRPC face reads tokens, counts calls, and answers
 * health checks and unknown methods by itself. Transactions begin and end in code, and no bean has advice: looking for it at each bean was an eighth
 * of a start's processor time in a warm JVM.
 */
@SpringBootApplication(
        exclude = {
            AopAutoConfiguration.class,
            DataWebAutoConfiguration.class,
            GrpcServerHealthAutoConfiguration.class,
            GrpcServerHealthSchedulerAutoConfiguration.class,
            GrpcServerOAuth2ResourceServerAutoConfiguration.class,
            GrpcServerObservationAutoConfiguration.class,
            GrpcServerSecurityAutoConfiguration.class,
            GrpcServerServicesAutoConfiguration.class,
            JtaAutoConfiguration.class,
            PersistenceExceptionTranslationAutoConfiguration.class,
            TransactionAutoConfiguration.class
        })
@ConfigurationPropertiesScan
@EnableScheduling
public class GatehouseApplication {

    public static void main(String[] arguments) {
        if (Commands.areMeantBy(arguments)) {
            System.exit(Commands.run(arguments));
        }
        StoppedStart.watch(() -> SpringApplication.run(GatehouseApplication.class, Commands.serverSettings(arguments)));
    }
}
