package io.gatehouse.milvus;

/**
 * What a Milvus client can ask about users.
 *
 * <p>Each has the privilege that Milvus names when it denies the call ({@code privilege_ext_obj} in {@code milvus.proto}), and
 * the sentence for a user who does not exist, empty where Milvus takes that for a success, and the number of the deprecated
 * {@code ErrorCode} with which it fails ({@code common.proto}).
 */
public enum MilvusOperation {
    CREATE_USER("CreateOwnership", "", 29),
    UPDATE_PASSWORD("UpdateUser", "failed to check if update credential: user not found", 30),
    DROP_USER("DropOwnership", "failed to check if delete credential: username is empty", 31),
    LIST_USERS("SelectOwnership", "", 33),
    DESCRIBE_USER("SelectUser", "", 39),
    GRANT_ROLE(
            "ManageOwnership",
            "failed to check if operate user role: not found the user, maybe the user isn't existed or internal system"
                    + " error",
            37),
    REVOKE_ROLE("ManageOwnership", "", 37),
    LIST_ROLES("SelectOwnership", "", 38),
    DESCRIBE_ROLE("SelectOwnership", "", 38),
    BACKUP_RBAC("BackupRBAC", "", 1),
    RESTORE_RBAC("RestoreRBAC", "", 1);

    private final String privilege;
    private final String unknownUser;
    private final int legacyFailure;

    MilvusOperation(String privilege, String unknownUser, int legacyFailure) {
        this.privilege = privilege;
        this.unknownUser = unknownUser;
        this.legacyFailure = legacyFailure;
    }

    /** The text of a denied call, such as {@code PrivilegeDropOwnership: permission deny to user_1 in the `default` database}. */
    public String denial(String userName, String database) {
        return "Privilege%s: permission deny to %s in the `%s` database".formatted(privilege, userName, database);
    }

    String unknownUser() {
        return unknownUser;
    }

    int legacyFailure() {
        return legacyFailure;
    }
}
