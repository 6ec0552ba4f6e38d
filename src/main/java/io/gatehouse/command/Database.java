package io.gatehouse.command;

import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Client;
import io.gatehouse.storage.ExistingDatabaseOnly;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationEnvironmentPreparedEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** The server's database, with the modules that know what is in it, and no port. */
final class Database {

    /** A command is to say one sentence; who wants more asks for it ({@code --logging.level.root=info}). */
    private static final Map<String, Object> QUIET = Map.ofEntries(
            Map.entry("logging.level.root", "warn"),
            Map.entry("logging.level.org.springframework.boot.diagnostics", "off"),
            // Warns of a context that cannot start, which the sentence says
            Map.entry(
                    "logging.level.org.springframework.context.annotation.AnnotationConfigApplicationContext", "error"),
            Map.entry("logging.level.org.springframework.boot.SpringApplication", "off"),
            Map.entry("spring.main.log-startup-info", "false"),
            Map.entry("spring.main.register-shutdown-hook", "false"),
            // Somebody waits for the answer: long enough for a busy machine, too short for a PostgreSQL that is
            // starting
            Map.entry("gatehouse.storage.start-timeout", "10s"),
            // Nobody asks for health, and the faces' own part of it is not here
            Map.entry("management.endpoint.health.validate-group-membership", "false"),
            Map.entry("spring.datasource.hikari.maximum-pool-size", "2"));

    private Database() {}

    /** What is needed of the application: everything below its faces. */
    @EnableAutoConfiguration
    @AutoConfigurationPackage(basePackages = {"io.gatehouse.audit", "io.gatehouse.user"})
    @ComponentScan({
        "io.gatehouse.audit",
        "io.gatehouse.caller",
        "io.gatehouse.cluster",
        "io.gatehouse.password",
        "io.gatehouse.storage",
        "io.gatehouse.throttle",
        "io.gatehouse.user"
    })
    @ConfigurationPropertiesScan({
        "io.gatehouse.audit",
        "io.gatehouse.password",
        "io.gatehouse.storage",
        "io.gatehouse.throttle",
        "io.gatehouse.user"
    })
    static class Modules {

        /** Nobody will ask for it. */
        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }
    }

    /** Does work as the operator in a database that is there already. */
    static <T> T existing(List<String> settings, Function<Session, T> work) {
        return open(settings, true, work);
    }

    /** Does work as the operator in a database that is made when it is absent. */
    static <T> T existingOrNew(List<String> settings, Function<Session, T> work) {
        return open(settings, false, work);
    }

    /** An open database. */
    record Session(ConfigurableApplicationContext context, Caller operator) {

        <T> T bean(Class<T> type) {
            return context.getBean(type);
        }
    }

    private static <T> T open(List<String> settings, boolean existingOnly, Function<Session, T> work) {
        var environment = new AtomicReference<@Nullable ConfigurableEnvironment>();
        var application = new SpringApplication(Modules.class);
        application.setWebApplicationType(WebApplicationType.NONE);
        application.setDefaultProperties(QUIET);
        application.addListeners((ApplicationListener<ApplicationEnvironmentPreparedEvent>)
                prepared -> environment.set(prepared.getEnvironment()));
        if (existingOnly) {
            application.addInitializers(context -> ((GenericApplicationContext) context)
                    .registerBean(ExistingDatabaseOnly.class, ExistingDatabaseOnly::new));
        }
        ConfigurableApplicationContext context;
        try {
            context = application.run(settings.toArray(String[]::new));
        } catch (RuntimeException e) {
            throw explained(e, environment.get());
        }
        try (context) {
            return work.apply(new Session(context, Caller.operator(Client.nextRequestId())));
        }
    }

    /** The same sentence as when the server cannot start. */
    private static RuntimeException explained(RuntimeException failure, @Nullable Environment environment) {
        ArgumentResolver arguments =
                environment == null ? ArgumentResolver.none() : ArgumentResolver.of(Environment.class, environment);
        return SpringFactoriesLoader.forDefaultResourceLocation(Database.class.getClassLoader())
                .load(FailureAnalyzer.class, arguments, FailureHandler.handleMessage((message, cause) -> {}))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(analysis -> analysis != null)
                .map(FailureAnalysis::getDescription)
                .findFirst()
                .<RuntimeException>map(sentence -> new FailedCommand(sentence.strip(), failure))
                .orElse(failure);
    }
}
