package io.gatehouse.user;

import io.gatehouse.address.Network;
import io.gatehouse.caller.Action;
import io.gatehouse.caller.Caller;
import io.gatehouse.caller.Caller.ProvenUser;
import io.gatehouse.caller.Client;
import io.gatehouse.caller.Operation;
import io.gatehouse.caller.Operations;
import io.gatehouse.caller.PossibleName;
import io.gatehouse.password.Password;
import io.gatehouse.password.PasswordHash;
import io.gatehouse.password.PasswordHasher;
import io.gatehouse.password.PasswordPolicy;
import io.gatehouse.password.Requester;
import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import io.gatehouse.problem.Violation;
import io.gatehouse.role.BuiltInRole;
import io.gatehouse.throttle.LoginThrottle;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;

/**
 * Everything that can be asked about users. Each face translates its own protocol to these methods and their answers, or
 * their {@link Problem}, back.
 *
 * <p>Every method takes the caller first and goes through the same steps: permission, shape of names and passwords, old
 * password, hash, one transaction. Every one can also throw {@link Problem#STORAGE_UNAVAILABLE}; the change was made as a
 * whole then, when the database's answer to the commit was lost, or not at all. Those that hash can throw {@link
 * Problem#OVERLOADED}, and {@link Problem#REQUEST_TIMEOUT} when the client went; nothing was changed then.
 */
@Service
public class UserService {

    private static final Logger log = LoggerFactory.getLogger(UserService.class);

    /** Another change may come in between proof and change; more often than this in a row is no accident. */
    private static final int MOST_CHANGE_ATTEMPTS = 3;

    private final UserNamePolicy namePolicy;
    private final PasswordPolicy passwordPolicy;
    private final PasswordHasher hasher;
    private final LoginThrottle throttle;
    private final UserStore store;
    private final RootPassword rootPassword;
    private final Operations operations;

    UserService(
            UserNamePolicy namePolicy,
            PasswordPolicy passwordPolicy,
            PasswordHasher hasher,
            LoginThrottle throttle,
            UserStore store,
            RootPassword rootPassword,
            Operations operations) {
        this.namePolicy = namePolicy;
        this.passwordPolicy = passwordPolicy;
        this.hasher = hasher;
        this.throttle = throttle;
        this.store = store;
        this.rootPassword = rootPassword;
        this.operations = operations;
    }

    /**
     * Creates a user without roles (S4). Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_USER_NAME}, {@link
     *     Problem#INVALID_PASSWORD}, {@link Problem#USER_ALREADY_EXISTS}, {@link Problem#USER_LIMIT_REACHED}
     */
    public User create(Caller caller, String userName, Password password) {
        Operation operation = Operation.of(Action.CREATE_USER, caller, userName);
        return operations.of(caller, operation, () -> {
            namePolicy.check(userName);
            passwordPolicy.check(password, userName, "password");
            User user = store.create(operation, userName, hasher.hash(requester(caller), password));
            log.info("user created: user={} by={}", userName, caller.getName());
            return user;
        });
    }

    /**
     * Describes a user. Everybody may describe itself, administrators anybody.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_USER_NAME}, {@link
     *     Problem#USER_NOT_FOUND}
     */
    public User describe(Caller caller, String userName) {
        return operations.of(caller, Operation.of(Action.DESCRIBE_USER, caller, userName), () -> {
            checkTarget(userName);
            return store.find(userName).orElseThrow(() -> notFound(userName));
        });
    }

    /**
     * Lists users by name (S9), {@code root} included. Administrators only.
     *
     * @param limit the most users to return, at least 1
     * @param after only users whose name comes after this one, which any setting may have allowed; empty for all
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_USER_NAME}
     */
    public UserPage list(Caller caller, int limit, String after) {
        operations.permit(caller, Operation.of(Action.LIST_USERS, caller));
        if (!after.isEmpty() && !PossibleName.is(after)) {
            namePolicy.check(after);
        }
        List<User> users = store.list(after, limit + 1);
        if (users.size() <= limit) {
            return new UserPage(users, Optional.empty());
        }
        List<User> page = users.subList(0, limit);
        return new UserPage(page, Optional.of(page.get(limit - 1).userName()));
    }

    /**
     * Lists the names of all users (S9), sorted, {@code root} included. Administrators only. The names are read a page at a time as they
     * are taken: of users who come or go meanwhile some are among them.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}
     */
    public Stream<String> names(Caller caller) {
        operations.permit(caller, Operation.of(Action.LIST_USERS, caller));
        return store.names();
    }

    /**
     * Changes a password (S6). Everybody may change its own, administrators anybody's; the user's current password has to be
     * given, unless the caller is a superuser (S7). Every token with the old password is dead when this returns.
     *
     * @param oldPassword the target's current password; not looked at when the caller is a superuser
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_PASSWORD}, {@link
     *     Problem#USER_NOT_FOUND}, {@link Problem#OLD_PASSWORD_MISMATCH}, {@link Problem#TOO_MANY_ATTEMPTS}
     */
    public void changePassword(Caller caller, String userName, @Nullable Password oldPassword, Password newPassword) {
        Operation operation = Operation.of(Action.CHANGE_PASSWORD, caller, userName);
        operations.of(caller, operation, () -> {
            passwordPolicy.check(newPassword, userName, "newPassword");
            changePassword(operation, caller, userName, oldPassword, newPassword);
            log.info("password changed: user={} by={}", userName, caller.getName());
        });
    }

    private void changePassword(
            Operation operation, Caller caller, String userName, @Nullable Password oldPassword, Password newPassword) {
        for (int attempt = 0; attempt < MOST_CHANGE_ATTEMPTS; attempt++) {
            StoredCredential user = store.credential(userName).orElseThrow(() -> notFound(userName));
            if (UserRules.needsOldPassword(caller)) {
                proveOldPassword(caller, user, oldPassword);
            }
            passwordPolicy.checkNotCurrent("newPassword", () -> isCurrent(caller, user, oldPassword, newPassword));
            PasswordHash newHash = hasher.hash(requester(caller), newPassword);
            if (store.changePassword(operation, user, newHash).orElseThrow(() -> notFound(userName))) {
                if (userName.equals(UserRules.ROOT)) {
                    rootPassword.changed(newPassword);
                }
                return;
            }
        }
        throw ProblemException.changedByOthers();
    }

    /**
     * Sets a password without the old one, for an operator who lost it (see {@link Caller#operator}). Makes {@code root} when it is
     * gone. Every token with the old password is dead when this returns, on other replicas within {@code
     * gatehouse.cluster.staleness}.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_PASSWORD}, {@link
     *     Problem#USER_NOT_FOUND}, {@link Problem#OLD_PASSWORD_MISMATCH} when the caller is no superuser
     */
    public void resetPassword(Caller caller, String userName, Password newPassword) {
        operations.permit(caller, Operation.of(Action.CHANGE_PASSWORD, caller, userName), "reset passwords");
        if (userName.equals(UserRules.ROOT) && store.credential(UserRules.ROOT).isEmpty()) {
            create(caller, UserRules.ROOT, newPassword);
            return;
        }
        changePassword(caller, userName, null, newPassword);
    }

    /**
     * Drops a user with its roles (S8). Administrators only; nobody drops itself or {@code root}. Every token of the user is
     * dead when this returns.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#ROOT_PROTECTED}, {@link
     *     Problem#SELF_DROP}, {@link Problem#USER_NOT_FOUND}
     */
    public void drop(Caller caller, String userName) {
        Operation operation = Operation.of(Action.DROP_USER, caller, userName);
        operations.of(caller, operation, () -> {
            UserRules.checkDrop(caller, userName);
            if (!store.drop(operation, userName)) {
                throw notFound(userName);
            }
            log.info("user dropped: user={} by={}", userName, caller.getName());
        });
    }

    /**
     * Grants a role; granting it twice, or to {@code root}, changes nothing. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_USER_NAME}, {@link
     *     Problem#INVALID_ROLE_NAME}, {@link Problem#ROLE_NOT_FOUND}, {@link Problem#USER_NOT_FOUND}
     */
    public void grantRole(Caller caller, String userName, String roleName) {
        Operation operation = ofRole(Action.GRANT_ROLE, caller, userName, roleName);
        operations.of(caller, operation, () -> {
            checkTarget(userName);
            checkRole(roleName);
            if (userName.equals(UserRules.ROOT)) {
                return;
            }
            if (!store.grantRole(operation, userName, roleName)) {
                throw notFound(userName);
            }
            log.info("role granted: role={} user={} by={}", roleName, userName, caller.getName());
        });
    }

    /**
     * Revokes a role; revoking one that the user does not have changes nothing. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_USER_NAME}, {@link
     *     Problem#INVALID_ROLE_NAME}, {@link Problem#ROLE_NOT_FOUND}, {@link Problem#USER_NOT_FOUND}
     */
    public void revokeRole(Caller caller, String userName, String roleName) {
        Operation operation = ofRole(Action.REVOKE_ROLE, caller, userName, roleName);
        operations.of(caller, operation, () -> {
            checkTarget(userName);
            checkRole(roleName);
            if (!store.revokeRole(operation, userName, roleName)) {
                throw notFound(userName);
            }
            log.info("role revoked: role={} user={} by={}", roleName, userName, caller.getName());
        });
    }

    /**
     * Lists the names of the roles, sorted. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}
     */
    public List<String> roles(Caller caller) {
        operations.permit(caller, Operation.of(Action.LIST_ROLES, caller));
        return BuiltInRole.names();
    }

    /**
     * Counts the users. Administrators only.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}
     */
    public long count(Caller caller) {
        operations.permit(caller, Operation.of(Action.LIST_USERS, caller));
        return store.count();
    }

    /**
     * Lists the names of the users who have a role, sorted. Administrators only. They are read as {@link #names} are.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}, {@link Problem#INVALID_ROLE_NAME}, {@link
     *     Problem#ROLE_NOT_FOUND}
     */
    public Stream<String> members(Caller caller, String roleName) {
        operations.permit(caller, ofRole(Action.DESCRIBE_ROLE, caller, null, roleName));
        checkRole(roleName);
        return store.members(roleName);
    }

    private void proveOldPassword(Caller caller, StoredCredential user, @Nullable Password oldPassword) {
        if (oldPassword == null) {
            throw oldPasswordMissing(user);
        }
        try (LoginThrottle.Attempt attempt =
                throttle.begin(user.userName(), caller.client().address())) {
            if (hasher.match(requester(caller), oldPassword, user.passwordHash())
                    .matched()) {
                attempt.succeeded();
                return;
            }
            attempt.failed();
        }
        log.info(
                "password change refused, wrong old password: user={} by={} address={}",
                user.userName(),
                caller.getName(),
                caller.client().address());
        throw oldPasswordMismatch(user);
    }

    private boolean isCurrent(
            Caller caller, StoredCredential user, @Nullable Password oldPassword, Password newPassword) {
        Password proven = UserRules.needsOldPassword(caller) ? oldPassword : null;
        return proven == null
                ? hasher.match(requester(caller), newPassword, user.passwordHash())
                        .matched()
                : newPassword.isSame(proven);
    }

    /** Who is no user is a stranger: everybody is while authentication is off. */
    private static Requester requester(Caller caller) {
        Client client = caller.client();
        return caller instanceof ProvenUser user
                ? Requester.user(user.name(), client.gone())
                : Requester.network(Network.of(client.address()), client.gone());
    }

    /** Refuses a name that nobody has and nobody could get now. */
    private void checkTarget(String userName) {
        if (!namePolicy.allows(userName) && store.find(userName).isEmpty()) {
            namePolicy.check(userName);
        }
    }

    private void checkRole(String roleName) {
        if (!BuiltInRole.names().contains(roleName)) {
            namePolicy.checkRole(roleName);
            throw new ProblemException(Problem.ROLE_NOT_FOUND, "role not found: " + roleName);
        }
    }

    private static ProblemException oldPasswordMismatch(StoredCredential user) {
        return new ProblemException(Problem.OLD_PASSWORD_MISMATCH, "old password not correct for " + user.userName());
    }

    /** Milvus has one sentence for a missing and for a wrong one. */
    private static ProblemException oldPasswordMissing(StoredCredential user) {
        String otherWays = user.userName().equals(UserRules.ROOT)
                ? "reset-password on the server's machine"
                : "reset-password on the server's machine, or an administrator can drop the user and create it again";
        return oldPasswordMismatch(user)
                .withDetail(("the old password of %s is needed; only users named in common.security.superUsers need not"
                                + " give it, and for a lost one there is %s")
                        .formatted(user.userName(), otherWays))
                .withViolations(List.of(new Violation("oldPassword", "is required, unless a superuser asks")));
    }

    private static ProblemException notFound(String userName) {
        return new ProblemException(Problem.USER_NOT_FOUND, "user not found: " + userName);
    }

    /** What is kept of it names no role that there is not. */
    private static Operation ofRole(Action action, Caller caller, @Nullable String target, String roleName) {
        return Operation.ofRole(action, caller, target, BuiltInRole.names().contains(roleName) ? roleName : null);
    }
}
