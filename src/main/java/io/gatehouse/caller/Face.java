package io.gatehouse.caller;

/** The interface that took a request, or what stands in its place when there is none. */
public enum Face {
    GRPC("grpc"),
    REST_V2("rest-v2"),
    API("api"),
    /** A proxy asks about a request in front of it, over HTTP or gRPC. */
    FORWARD_AUTH("gateway"),
    /** On the server's machine. */
    COMMAND("command"),
    /** What the server does by itself at its first start. */
    START("start");

    private final String written;

    Face(String written) {
        this.written = written;
    }

    /** The name in logs and in the audit trail, of at most 16 characters. It never changes: stored events have it. */
    public String written() {
        return written;
    }
}
