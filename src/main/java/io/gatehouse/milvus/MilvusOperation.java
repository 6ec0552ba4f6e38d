package io.gatehouse.milvus;

/**
 * What a Milvus client can ask about users.
 *
 * <p>Each has the privilege that Milvus names when it denies the call ({@code privilege_ext_obj} in {@code milvus.proto}), and
 * the sentence for a user who does not exist, empty where Milvus takes that for a success.
 */
public enum MilvusOperation {
    CREATE_USER("CreateOwnership", ""),
    UPDATE_PASSWORD("UpdateUser", "failed to check if update credential: user not found"),
    DROP_USER("DropOwnership", ""),
    LIST_USERS("SelectOwnership", ""),
    DESCRIBE_USER("SelectUser", ""),
    GRANT_ROLE(
            "ManageOwnership",
            "failed to check if operate user role: not found the user, maybe the user isn't existed or internal system"
                    + " error"),
    REVOKE_ROLE("ManageOwnership", ""),
    LIST_ROLES("SelectOwnership", ""),
    DESCRIBE_ROLE("SelectOwnership", "");

    private final String privilege;
    private final String unknownUser;

    MilvusOperation(String privilege, String unknownUser) {
        this.privilege = privilege;
        this.unknownUser = unknownUser;
    }

    /** The text of a denied call, such as {@code PrivilegeDropOwnership: permission deny to user_1 in the `default` database}. */
    public String denial(String userName, String database) {
        return "Privilege%s: permission deny to %s in the `%s` database".formatted(privilege, userName, database);
    }

    String unknownUser() {
        return unknownUser;
    }
}
