package io.gatehouse.settings;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Milvus' keys that Gatehouse follows, with the type that each has in Milvus ({@code configs/milvus.yaml}). */
enum MilvusKey {
    AUTHORIZATION_ENABLED("common.security.authorizationEnabled", Type.BOOLEAN),
    SUPER_USERS("common.security.superUsers", Type.NAMES),
    DEFAULT_ROOT_PASSWORD("common.security.defaultRootPassword", Type.TEXT),
    TLS_MODE("common.security.tlsMode", Type.NUMBER),
    SERVER_PEM_PATH("tls.serverPemPath", Type.TEXT),
    SERVER_KEY_PATH("tls.serverKeyPath", Type.TEXT),
    CA_PEM_PATH("tls.caPemPath", Type.TEXT),
    PORT("proxy.port", Type.NUMBER),
    MIN_PASSWORD_LENGTH("proxy.minPasswordLength", Type.NUMBER),
    MAX_PASSWORD_LENGTH("proxy.maxPasswordLength", Type.NUMBER),
    MAX_USERNAME_LENGTH("proxy.maxUsernameLength", Type.NUMBER),
    MAX_USER_NUM("proxy.maxUserNum", Type.NUMBER),
    HTTP_ENABLED("proxy.http.enabled", Type.BOOLEAN),
    GRPC_MAX_RECEIVED("proxy.grpc.serverMaxRecvSize", Type.NUMBER),
    GRPC_MAX_SENT("proxy.grpc.serverMaxSendSize", Type.NUMBER);

    /** What a value has to be in YAML. */
    enum Type {
        BOOLEAN,
        NUMBER,
        TEXT,
        /** A comma-separated text or a list. */
        NAMES
    }

    /** The first part of every key that Milvus 2.0 to 2.6 has, in lower case. */
    static final Set<String> SECTIONS = Set.of(
            "autoindex",
            "cdc",
            "common",
            "credential",
            "datacoord",
            "datanode",
            "dev",
            "etcd",
            "function",
            "gpu",
            "grpc",
            "hotreload",
            "indexcoord",
            "indexnode",
            "internaltls",
            "jaeger",
            "kafka",
            "knowhere",
            "localstorage",
            "log",
            "messagequeue",
            "metastore",
            "minio",
            "mixcoord",
            "mq",
            "msgchannel",
            "mysql",
            "nats",
            "natsmq",
            "proxy",
            "pulsar",
            "querycoord",
            "querynode",
            "quotaandlimits",
            "rocksmq",
            "rootcoord",
            "storage",
            "streaming",
            "streamingnode",
            "tikv",
            "tls",
            "trace",
            "woodpecker");

    private final String key;
    private final Type type;

    MilvusKey(String key, Type type) {
        this.key = key;
        this.type = type;
    }

    String key() {
        return key;
    }

    Type type() {
        return type;
    }

    /** The last part of the key, as a line of the file has it. */
    String name(String value) {
        return key.substring(key.lastIndexOf('.') + 1) + ": " + value;
    }

    /** Whether this is the name of a section with a key that Gatehouse follows, such as {@code common.security}. */
    static boolean isSection(String name) {
        return Arrays.stream(values())
                .anyMatch(known -> known.key.regionMatches(true, 0, name + ".", 0, name.length() + 1));
    }

    /** Finds a key without regard to case, as Milvus does. */
    static Optional<MilvusKey> of(String key) {
        return Arrays.stream(values())
                .filter(known -> known.key.equalsIgnoreCase(key))
                .findFirst();
    }
}
