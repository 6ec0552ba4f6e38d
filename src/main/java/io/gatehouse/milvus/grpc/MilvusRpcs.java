package io.gatehouse.milvus.grpc;

import io.gatehouse.grpc.GrpcSettings;
import io.gatehouse.throttle.AnswerMemory;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.milvus.grpc.MilvusServiceGrpc;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Milvus' service with the methods that Gatehouse answers, and no other: the generated base class would bind every method of the
 * proto, and {@code UnknownMethods} would never be asked.
 */
@Component
class MilvusRpcs implements BindableService {

    private final List<RpcGroup> groups;
    private final GrpcSettings settings;
    private final AnswerMemory memory;

    MilvusRpcs(List<RpcGroup> groups, GrpcSettings settings, AnswerMemory memory) {
        this.groups = groups;
        this.settings = settings;
        this.memory = memory;
    }

    @Override
    public ServerServiceDefinition bindService() {
        var service = ServerServiceDefinition.builder(MilvusServiceGrpc.SERVICE_NAME);
        for (RpcGroup group : groups) {
            group.rpcs().forEach(rpc -> service.addMethod(rpc.definition(settings.serverMaxSendSize(), memory)));
        }
        return service.build();
    }
}
