package io.gatehouse.user;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.OperationEnded;
import io.gatehouse.caller.Operations;
import io.gatehouse.caller.UserChanged;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.problem.Problem;
import io.gatehouse.testing.MemoryDatabase;
import io.gatehouse.user.transfer.UserTransfer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.persistence.EntityManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.event.EventListener;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;

/** The module over H2 in memory, without faces and without an audit trail: one for all unit tests, emptied for each. */
public final class UserModule {

    public static final Client CLIENT = new Client(Face.API, "192.0.2.1", "0123456789abcdef");
    public static final Caller ROOT = new ProvenUser("root", Set.of(), false, true, CLIENT);

    private static final ConfigurableApplicationContext CONTEXT = new SpringApplicationBuilder(Modules.class)
            .web(WebApplicationType.NONE)
            .run(
                    "--spring.datasource.url=" + MemoryDatabase.url(),
                    "--gatehouse.hashing.memory=64",
                    "--gatehouse.hashing.iterations=1",
                    "--gatehouse.throttle.failures-per-user=3",
                    "--gatehouse.password.refuse-current=true",
                    "--common.security.superUsers=super_1",
                    "--management.endpoint.health.validate-group-membership=false",
                    "--spring.main.banner-mode=off");

    final UserStore store = bean(UserStore.class);
    public final UserService users = bean(UserService.class);
    public final CredentialVerifier verifier = bean(CredentialVerifier.class);
    public final UserTransfer transfer = bean(UserTransfer.class);
    final PasswordHasher hasher = bean(PasswordHasher.class);
    public final JdbcTemplate jdbc = bean(JdbcTemplate.class);

    private final Told told = bean(Told.class);

    public UserModule() {
        bean(EntityManager.class).clear();
        jdbc.update("delete from user_roles");
        jdbc.update("delete from users");
        told.events.clear();
    }

    @EnableAutoConfiguration
    @AutoConfigurationPackage(basePackages = "io.gatehouse.user")
    @ComponentScan({
        "io.gatehouse.caller",
        "io.gatehouse.password",
        "io.gatehouse.storage",
        "io.gatehouse.throttle",
        "io.gatehouse.user"
    })
    @ConfigurationPropertiesScan({
        "io.gatehouse.password",
        "io.gatehouse.storage",
        "io.gatehouse.throttle",
        "io.gatehouse.user"
    })
    static class Modules {

        @Bean
        MeterRegistry meterRegistry() {
            return new SimpleMeterRegistry();
        }

        @Bean
        Told told() {
            return new Told();
        }
    }

    /** What the module tells whoever listens. */
    static final class Told {

        private final List<String> events = new ArrayList<>();

        @EventListener
        void on(UserChanged changed) {
            events.add("changed " + line(changed.operation()));
        }

        @EventListener
        void on(OperationEnded ended) {
            Problem refusal = ended.refusal();
            events.add((refusal == null ? "succeeded" : refusal.toString()) + " " + line(ended.operation()));
        }

        private static String line(Operation operation) {
            return operation.action() + " by " + operation.userName() + " of " + operation.target()
                    + (operation.role() == null ? "" : " " + operation.role());
        }
    }

    public static <T> T bean(Class<T> type) {
        return CONTEXT.getBean(type);
    }

    /** What was told since the last call: {@code changed}, {@code succeeded} or a problem; action; by whom; of whom. */
    public List<String> told() {
        List<String> since = List.copyOf(told.events);
        told.events.clear();
        return since;
    }

    /** Makes a user that nothing is told of. */
    public void make(String name, String password, String... roles) {
        Operation making = Operation.of(Action.CREATE_USER, ROOT, name);
        store.create(making, name, hasher.hash(Password.of(password)));
        for (String role : roles) {
            store.grantRole(making, name, role);
        }
        told.events.clear();
    }

    public long credentialVersion(String name) {
        return store.credential(name).orElseThrow().credentialVersion();
    }

    public boolean letsIn(String name, String password) {
        return store.credential(name)
                .map(user ->
                        hasher.match(Password.of(password), user.passwordHash()).matched())
                .orElse(false);
    }

    /** The users as somebody sees them whose look came before another one's commit: nobody is there yet. */
    static UserRepository tooEarly() {
        UserRepository users = bean(UserRepository.class);
        return (UserRepository) Proxy.newProxyInstance(
                UserModule.class.getClassLoader(),
                new Class<?>[] {UserRepository.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "existsByName" -> false;
                    case "findByNameIn", "lockByNames" -> List.of();
                    default -> {
                        try {
                            yield method.invoke(users, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    }
                });
    }

    /** Imports' view of {@link #tooEarly}. */
    public static TransferStore tooEarlyForImports() {
        return new TransferStore(tooEarly(), bean(EntityManager.class), bean(PlatformTransactionManager.class));
    }

    /** A store of another kind over the same database. */
    static class OtherStore extends UserStore {

        OtherStore(int maxUserNum) {
            super(
                    bean(UserRepository.class),
                    new UserLimitSettings(32, maxUserNum),
                    bean(Operations.class),
                    bean(PlatformTransactionManager.class));
        }

        Optional<StoredCredential> reallyStored(String name) {
            return super.credential(name);
        }
    }
}
