package io.gatehouse.role;

import java.util.Arrays;
import java.util.List;

/** The roles that Milvus has from the start; nobody can make others yet. */
public enum BuiltInRole {

    /** May administer users. */
    ADMIN("admin"),
    /** Grants nothing here; every Milvus user has it implicitly. */
    PUBLIC("public");

    private final String roleName;

    BuiltInRole(String roleName) {
        this.roleName = roleName;
    }

    public String roleName() {
        return roleName;
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(BuiltInRole::roleName).toList();
    }
}
