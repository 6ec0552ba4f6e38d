package io.gatehouse.user;

import io.gatehouse.caller.Action;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Face;
import io.gatehouse.caller.Operation;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.settings.StartRefused;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.stereotype.Component;

/**
 * The user {@code root}: made at the first start with the configured password (S2), never touched by later starts. Runs
 * before the port opens, so there is no moment without a root. A command has no port and makes none.
 */
@Component
@ConditionalOnWebApplication
class RootUser implements SmartInitializingSingleton {

    private static final Operation FIRST_START = new Operation(
            Action.CREATE_USER, new Client(Face.START, "local", "0000000000000000"), null, UserRules.ROOT, null);

    private static final Logger log = LoggerFactory.getLogger(RootUser.class);

    private final UserStore store;
    private final PasswordHasher hasher;
    private final PasswordPolicy policy;
    private final UserSettings settings;
    private final GatehouseUserSettings gatehouseSettings;
    private final RootPassword rootPassword;

    RootUser(
            UserStore store,
            PasswordHasher hasher,
            PasswordPolicy policy,
            UserSettings settings,
            GatehouseUserSettings gatehouseSettings,
            RootPassword rootPassword) {
        this.store = store;
        this.hasher = hasher;
        this.policy = policy;
        this.settings = settings;
        this.gatehouseSettings = gatehouseSettings;
        this.rootPassword = rootPassword;
    }

    @Override
    public void afterSingletonsInstantiated() {
        store.credential(UserRules.ROOT).ifPresentOrElse(this::keep, this::create);
    }

    private void keep(StoredCredential root) {
        if (rootPassword.isDefault(root)) {
            refuseDefaultPasswordIfForbidden();
            warnOfDefaultPassword();
        }
        if (isConfigured()) {
            warnUnlessItHasTheConfiguredPassword(root);
        }
    }

    private void create() {
        Password password = configuredPassword();
        try {
            policy.check(password, UserRules.ROOT, source());
        } catch (ProblemException e) {
            throw new StartRefused(source() + " is refused: " + e.getMessage(), e);
        }
        boolean isDefault = password.isSame(Password.of(UserSettings.DEFAULT_ROOT_PASSWORD));
        if (isDefault) {
            // Before root exists: afterwards the setting that is asked for would have no effect
            refuseDefaultPasswordIfForbidden();
        }
        PasswordHash hash = hasher.hash(password);
        try {
            store.create(FIRST_START, UserRules.ROOT, hash);
            log.info("user created: user={} by=(first start)", UserRules.ROOT);
        } catch (ProblemException e) {
            if (e.problem() != Problem.USER_ALREADY_EXISTS) {
                throw e;
            }
            log.info("another replica created root at the same time");
        }
        StoredCredential root = store.credential(UserRules.ROOT)
                .orElseThrow(() -> new IllegalStateException("root was created and is not there"));
        if (!root.passwordHash().equals(hash)) {
            keep(root);
            return;
        }
        rootPassword.created(root, isDefault);
        if (isDefault) {
            warnOfDefaultPassword();
        }
    }

    private static void warnOfDefaultPassword() {
        log.warn("root still has the default password: change it");
    }

    /** Root exists, so that nothing about the configured password may keep Gatehouse from starting. */
    private void warnUnlessItHasTheConfiguredPassword(StoredCredential root) {
        try {
            if (!has(root, configuredPassword())) {
                log.warn("{} has no effect: root exists already and has another password", source());
            }
        } catch (StartRefused e) {
            log.warn("{}; root exists already and keeps its password", e.getMessage());
        }
    }

    private void refuseDefaultPasswordIfForbidden() {
        if (gatehouseSettings.refuseDefaultRootPassword()) {
            throw new StartRefused("root still has the default password, and"
                    + " gatehouse.refuse-default-root-password forbids it: set " + source()
                    + " before the first start, or run reset-password root");
        }
    }

    private boolean has(StoredCredential root, Password password) {
        return hasher.match(password, root.passwordHash()).matched();
    }

    private boolean isConfigured() {
        return gatehouseSettings.rootPasswordFile() != null
                || !settings.defaultRootPassword().equals(UserSettings.DEFAULT_ROOT_PASSWORD);
    }

    private Password configuredPassword() {
        Path file = gatehouseSettings.rootPasswordFile();
        return Password.of(file == null ? settings.defaultRootPassword() : firstLine(file));
    }

    private String source() {
        return gatehouseSettings.rootPasswordFile() == null
                ? "common.security.defaultRootPassword"
                : "gatehouse.root-password-file";
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            Optional<String> first = lines.findFirst();
            return first.orElseThrow(() -> new StartRefused("gatehouse.root-password-file is empty: " + file));
        } catch (UncheckedIOException e) {
            throw new StartRefused("gatehouse.root-password-file is not UTF-8: " + file, e);
        } catch (IOException e) {
            throw new StartRefused("gatehouse.root-password-file cannot be read: " + file, e);
        }
    }
}
