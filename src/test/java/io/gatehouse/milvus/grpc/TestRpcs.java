package io.gatehouse.milvus.grpc;

import io.gatehouse.grpc.GrpcFace;
import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.grpc.GrpcSettings;
import io.gatehouse.throttle.AnswerMemory;
import java.time.Duration;
import java.util.List;

/** Milvus' face over gRPC with methods of the test's own. */
public final class TestRpcs {

    private TestRpcs() {}

    /** Milvus' words. */
    public static GrpcFace face() {
        return new MilvusGrpcFace();
    }

    static GrpcPort port(RpcGroup... groups) {
        return port(new AnswerMemory(1024 * 1024, Duration.ZERO), GrpcPort.MOST_BYTES, groups);
    }

    /** With room for large replies. */
    static GrpcPort port(AnswerMemory memory, int mostBytes, RpcGroup... groups) {
        var settings = new GrpcSettings(GrpcPort.MOST_BYTES, mostBytes);
        return new GrpcPort(face(), settings, new MilvusRpcs(List.of(groups), settings, memory));
    }
}
