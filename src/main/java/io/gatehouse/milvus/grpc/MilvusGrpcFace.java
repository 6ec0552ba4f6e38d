package io.gatehouse.milvus.grpc;

import io.gatehouse.grpc.GrpcFace;
import io.gatehouse.milvus.MilvusError;
import io.gatehouse.problem.ProblemException;
import io.grpc.ServiceDescriptor;
import io.milvus.grpc.MilvusServiceGrpc;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What Milvus has to say at the edge: its sentences, and which methods there are. */
@Configuration(proxyBeanMethods = false)
class MilvusGrpcFace implements GrpcFace {

    private static final String RESTORE =
            MilvusServiceGrpc.getRestoreRBACMethod().getFullMethodName();

    /** All methods of the proto are let in; what is not here is answered as unknown. */
    @Bean
    ServiceDescriptor milvusMethods() {
        return MilvusServiceGrpc.getServiceDescriptor();
    }

    /** As in {@code internal/proxy/authentication_interceptor.go}. */
    @Override
    public String text(BadToken why) {
        return switch (why) {
            case MISSING -> "missing authorization in header";
            case MALFORMED -> "invalid token format";
            case NO_USER -> "auth check failure, please check api key is correct";
            case WRONG -> "auth check failure, please check username and password are correct";
        };
    }

    @Override
    public String text(ProblemException refused) {
        return MilvusError.of(refused).message();
    }

    @Override
    public boolean isLarge(String fullMethodName) {
        return fullMethodName.equals(RESTORE);
    }
}
