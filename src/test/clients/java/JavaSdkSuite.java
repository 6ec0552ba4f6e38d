import io.grpc.StatusRuntimeException;
import io.milvus.v2.client.ConnectConfig;
import io.milvus.v2.client.MilvusClientV2;
import io.milvus.v2.exception.MilvusClientException;
import io.milvus.v2.service.collection.request.HasCollectionReq;
import io.milvus.v2.service.rbac.request.CreateUserReq;
import io.milvus.v2.service.rbac.request.DescribeUserReq;
import io.milvus.v2.service.rbac.request.DropUserReq;
import io.milvus.v2.service.rbac.request.GrantRoleReq;
import io.milvus.v2.service.rbac.request.RevokeRoleReq;
import io.milvus.v2.service.rbac.request.UpdatePasswordReq;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * S2 to S11 with the Java SDK and the libraries that it brings along, in Milvus' own words; run by JavaSdkIT.
 *
 * <pre>java -cp 'target/java-sdk/*' JavaSdkSuite.java HOST:PORT</pre>
 *
 * There has to be a Gatehouse with its defaults and no user but root.
 */
public final class JavaSdkSuite {

    private static final String BAD_LOGIN =
            "UNAUTHENTICATED: auth check failure, please check username and password are correct";
    private static final String MISMATCH = "1400: old password not correct for user_1: not authenticated";
    private static final String ROOT_PROTECTED = "1401: root user cannot be deleted: privilege not permitted";
    private static final String PASSWORD = "P@ssw0rd";

    // grpc-java tells of every client that nobody closed
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private final String address;
    private int passed;
    private int failed;

    private JavaSdkSuite(String address) {
        this.address = address;
    }

    public static void main(String[] arguments) throws Exception {
        GRPC.setLevel(Level.OFF);
        var suite = new JavaSdkSuite(arguments[0]);
        suite.run();
        String version = JavaSdkSuite.class.getClassLoader().getResource("io/milvus/v2/client/MilvusClientV2.class")
                .toString()
                .replaceAll(".*milvus-sdk-java-(.*)\\.jar!.*", "$1");
        if (suite.failed > 0 || suite.passed == 0) {
            System.out.printf("Java SDK %s: %d checks failed%n", version, suite.failed);
            System.exit(1);
        }
        System.out.printf("checks: Java SDK %s: %d passed%n", version, suite.passed);
        System.exit(0);
    }

    private void run() throws Exception {
        MilvusClientV2 root = logIn();
        lookAround(root);
        MilvusClientV2 user = createUser(root);
        deny(root, user);
        user = changePassword(root, user);
        grantAndDrop(root, user);
        list(root);
        names(root);
        passwords(root);
        equal("only root again", root.listUsers(), List.of("root"));
    }

    /** S2, S3. */
    private MilvusClientV2 logIn() throws Exception {
        loginRefused("a wrong password", "root:not-this-one", BAD_LOGIN);
        loginRefused("an unknown user", "nobody:P@ssw0rd", BAD_LOGIN);
        loginRefused("no token", null, "UNAUTHENTICATED: missing authorization in header");
        loginRefused("an API key", "justAKey", "UNAUTHENTICATED: auth check failure, please check api key is correct");
        MilvusClientV2 root = connect("root:Milvus");
        equal("root's users", root.listUsers(), List.of("root"));
        equal("root's roles", roles(root, "root"), List.of());
        var byName = new MilvusClientV2(ConnectConfig.builder()
                .uri("http://" + address)
                .username("root")
                .password("Milvus")
                .build());
        equal("user and password", byName.listUsers(), List.of("root"));
        return root;
    }

    /** What a client asks when it looks around. */
    private void lookAround(MilvusClientV2 root) throws Exception {
        equal("version", root.getServerVersion(), "v2.6.6");
        equal("healthy", root.checkHealth().getIsHealthy(), true);
        equal("databases", root.listDatabases().getDatabaseNames(), List.of("default"));
        equal("collections", root.listCollections().getCollectionNames(), List.of());
        equal(
                "has a collection",
                root.hasCollection(
                        HasCollectionReq.builder().collectionName("books").build()),
                false);
        var inDatabase = new MilvusClientV2(ConnectConfig.builder()
                .uri("http://" + address)
                .token("root:Milvus")
                .dbName("default")
                .build());
        equal("database by name", inDatabase.listUsers(), List.of("root"));
        root.useDatabase("default");
        equal("database switched", root.currentUsedDatabase(), "default");
    }

    /** S4, S5. */
    private MilvusClientV2 createUser(MilvusClientV2 root) throws Exception {
        create(root, "user_1", PASSWORD);
        equal("user_1's roles", roles(root, "user_1"), List.of());
        equal("nobody's roles", roles(root, "nobody"), null);
        refused("a duplicate", () -> create(root, "user_1", PASSWORD), "65535: user already exists: user_1");
        MilvusClientV2 user = connect("user_1:P@ssw0rd");
        equal("user_1 describes itself", roles(user, "user_1"), List.of());
        return user;
    }

    private void deny(MilvusClientV2 root, MilvusClientV2 user) throws Exception {
        refused("user_1 lists", user::listUsers, denied("SelectOwnership"));
        refused("user_1 describes root", () -> roles(user, "root"), denied("SelectUser"));
        refused("user_1 creates", () -> create(user, "user_2", PASSWORD), denied("CreateOwnership"));
        refused("user_1 drops root", () -> drop(user, "root"), denied("DropOwnership"));
        refused("user_1 drops itself", () -> drop(user, "user_1"), denied("DropOwnership"));
        refused("user_1 grants", () -> grant(user, "user_1", "admin"), denied("ManageOwnership"));
        refused("user_1 changes root's", () -> change(user, "root", "Milvus", "Changed1"), denied("UpdateUser"));
        equal("nothing changed", root.listUsers(), List.of("root", "user_1"));
    }

    /** S6, S7. */
    private MilvusClientV2 changePassword(MilvusClientV2 root, MilvusClientV2 user) throws Exception {
        refused("a wrong old password", () -> change(user, "user_1", "not-this-one", "Changed1"), MISMATCH);
        refused("no old password", () -> change(user, "user_1", "", "Changed1"), MISMATCH);
        refused("root gives no old password", () -> change(root, "user_1", "", "Changed1"), MISMATCH);
        refused(
                "a short new password",
                () -> change(user, "user_1", PASSWORD, "12345"),
                "1100: invalid password length: invalid parameter[5 out of range 6 <= value <= 256]");
        change(user, "user_1", PASSWORD, "Changed1");
        refused("the old token on an open client", user::listCollections, BAD_LOGIN);
        loginRefused("the old token on a new client", "user_1:P@ssw0rd", BAD_LOGIN);
        MilvusClientV2 changed = connect("user_1:Changed1");
        equal("the new token", roles(changed, "user_1"), List.of());
        return changed;
    }

    /** S8. */
    private void grantAndDrop(MilvusClientV2 root, MilvusClientV2 user) throws Exception {
        equal("roles", root.listRoles(), List.of("admin", "public"));
        grant(root, "user_1", "admin");
        equal("granted", roles(root, "user_1"), List.of("admin"));
        equal("an administrator lists", user.listUsers(), List.of("root", "user_1"));
        refused(
                "a role that is not there",
                () -> grant(root, "user_1", "nope"),
                "65535: not found the role, maybe the role isn't existed or internal system error");
        refused(
                "an administrator drops itself",
                () -> drop(user, "user_1"),
                "1401: user cannot drop itself: privilege not permitted");
        refused("an administrator drops root", () -> drop(user, "root"), ROOT_PROTECTED);
        refused("root drops itself", () -> drop(root, "root"), ROOT_PROTECTED);
        root.revokeRole(RevokeRoleReq.builder().userName("user_1").roleName("admin").build());
        equal("revoked", roles(root, "user_1"), List.of());
        drop(root, "user_1");
        refused("the dropped user's open client", user::listCollections, BAD_LOGIN);
        loginRefused("the dropped user's new client", "user_1:Changed1", BAD_LOGIN);
        drop(root, "user_1");
        equal("an unknown user dropped", root.listUsers(), List.of("root"));
    }

    /** S9. */
    private void list(MilvusClientV2 root) throws Exception {
        List<String> some = List.of("b", "a", "B", "a_1");
        for (String name : some) {
            create(root, name, PASSWORD);
        }
        equal("users by name", root.listUsers(), List.of("B", "a", "a_1", "b", "root"));
        for (String name : some) {
            drop(root, name);
        }
    }

    /** S10. */
    private void names(MilvusClientV2 root) throws Exception {
        String tooLong = "a".repeat(33);
        Map<String, String> bad = new LinkedHashMap<>();
        bad.put("", "username must be not empty");
        bad.put(
                tooLong,
                "invalid username " + tooLong + " with length 33, the length of username must be less than 32");
        bad.put("1user", "invalid user name 1user, the first character must be a letter, but got 1");
        bad.put("_user", "invalid user name _user, the first character must be a letter, but got _");
        for (Map.Entry<String, String> other :
                Map.of("us er", " ", "us-er", "-", "us@er", "@", "us\u00e9r", "U+00E9").entrySet()) {
            bad.put(
                    other.getKey(),
                    "invalid user name " + other.getKey()
                            + ", username must contain only numbers, letters and underscores, but got "
                            + other.getValue());
        }
        for (Map.Entry<String, String> each : bad.entrySet()) {
            refused(
                    "name " + each.getKey(),
                    () -> create(root, each.getKey(), PASSWORD),
                    "1100: " + each.getValue() + ": invalid parameter");
        }
        String longest = "a" + "Z9_".repeat(10) + "z";
        create(root, longest, PASSWORD);
        equal("log in with 32 characters", roles(connect(longest + ":" + PASSWORD), longest), List.of());
        drop(root, longest);
    }

    /** S11. */
    private void passwords(MilvusClientV2 root) throws Exception {
        Map<String, Integer> bad = Map.of("", 0, "12345", 5, "a".repeat(257), 257, "\u5bc6\u7801", 2);
        for (Map.Entry<String, Integer> each : bad.entrySet()) {
            refused(
                    "password of " + each.getValue(),
                    () -> create(root, "user_1", each.getKey()),
                    "1100: invalid password length: invalid parameter[" + each.getValue()
                            + " out of range 6 <= value <= 256]");
        }
        for (String good : List.of("123456", "a".repeat(256), "\u00e9".repeat(256), "with:a:colon")) {
            create(root, "user_1", good);
            equal("log in", roles(connect("user_1:" + good), "user_1"), List.of());
            loginRefused(
                    "one character less", "user_1:" + good.substring(0, good.length() - 1), BAD_LOGIN);
            drop(root, "user_1");
        }
    }

    private MilvusClientV2 connect(String token) {
        return new MilvusClientV2(ConnectConfig.builder()
                .uri("http://" + address)
                .token(token)
                .rpcDeadlineMs(TimeUnit.SECONDS.toMillis(20))
                .build());
    }

    private static List<String> roles(MilvusClientV2 client, String name) {
        return client.describeUser(DescribeUserReq.builder().userName(name).build()).getRoles();
    }

    private static void create(MilvusClientV2 client, String name, String password) {
        client.createUser(CreateUserReq.builder().userName(name).password(password).build());
    }

    private static void change(MilvusClientV2 client, String name, String from, String to) {
        client.updatePassword(UpdatePasswordReq.builder()
                .userName(name)
                .password(from)
                .newPassword(to)
                .build());
    }

    private static void grant(MilvusClientV2 client, String name, String role) {
        client.grantRole(GrantRoleReq.builder().userName(name).roleName(role).build());
    }

    private static void drop(MilvusClientV2 client, String name) {
        client.dropUser(DropUserReq.builder().userName(name).build());
    }

    private static String denied(String privilege) {
        return "PERMISSION_DENIED: Privilege" + privilege + ": permission deny to user_1 in the `default` database";
    }

    private void loginRefused(String what, String token, String expected) {
        refused(what, () -> connect(token), expected);
    }

    private void equal(String what, Object actual, Object expected) {
        if (Objects.equals(actual, expected)) {
            passed++;
        } else {
            failed++;
            System.out.printf("FAILED %s%n  expected %s%n  got      %s%n", what, expected, actual);
        }
    }

    private void refused(String what, Call call, String expected) {
        String actual;
        try {
            call.run();
            actual = "nothing was refused";
        } catch (Exception refusal) {
            actual = shown(refusal);
        }
        equal(what, actual, expected);
    }

    /** What a program sees of a refusal: the code of the gRPC status or of Milvus, and the text. */
    private static String shown(Exception refusal) {
        if (refusal instanceof MilvusClientException milvus && milvus.getServerErrCode() != 0) {
            return milvus.getServerErrCode() + ": " + milvus.getMessage();
        }
        if (refusal instanceof StatusRuntimeException status) {
            return status.getMessage();
        }
        // The SDK's own words around a gRPC error
        return refusal.getMessage()
                .replace("Encounter rpc error that cannot be retried, reason: io.grpc.StatusRuntimeException: ", "");
    }

    private interface Call {
        void run() throws Exception;
    }
}
