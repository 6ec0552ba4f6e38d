package io.gatehouse.testing;

import io.grpc.Channel;
import java.net.URI;

/** A running Gatehouse, wherever it runs. */
public interface Gatehouse {

    /** An address on the faces' port. */
    URI uri(String path);

    /** A gRPC connection that all callers share. */
    Channel channel();
}
