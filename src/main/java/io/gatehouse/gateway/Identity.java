package io.gatehouse.gateway;

import io.gatehouse.user.Caller;
import java.util.List;
import java.util.Map;

/** What a proxy is told of whom it lets through. */
public final class Identity {

    /** The name of this face in logs and in the audit trail. */
    public static final String FACE = "gateway";

    /** The field with the user's name. */
    public static final String USER = "Gatehouse-User";

    /** The field with the names of the user's roles, sorted, with commas between them; empty for {@code root}. */
    public static final String ROLES = "Gatehouse-Roles";

    private Identity() {}

    /** The names of all fields that say who a caller is. A client that sends one says nothing by it. */
    public static List<String> fields() {
        return List.of(USER, ROLES);
    }

    /** The fields and their values; none when authentication is off, as a caller then is nobody in particular. */
    public static Map<String, String> of(Caller caller) {
        return caller.userName() == null
                ? Map.of()
                : Map.of(
                        USER,
                        caller.userName(),
                        ROLES,
                        String.join(",", caller.roles().stream().sorted().toList()));
    }
}
