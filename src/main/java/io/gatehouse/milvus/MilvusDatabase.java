package io.gatehouse.milvus;

import java.util.regex.Pattern;

/** The one database that a server which only keeps users has, and the names that a client gives to databases. */
public final class MilvusDatabase {

    /** The name of the one there is. */
    public static final String DEFAULT = "default";

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_$]{0,254}");

    private MilvusDatabase() {}

    /** The database that the text of a denied call names: the client's, when it is a name that a database can have. */
    public static String shown(String named) {
        return NAME.matcher(named).matches() ? named : DEFAULT;
    }
}
