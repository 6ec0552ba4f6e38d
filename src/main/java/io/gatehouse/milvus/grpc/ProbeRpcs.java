package io.gatehouse.milvus.grpc;

import io.gatehouse.grpc.GrpcCall;
import io.gatehouse.grpc.Readiness;
import io.gatehouse.milvus.MilvusDatabase;
import io.gatehouse.milvus.MilvusError;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CheckHealthRequest;
import io.milvus.grpc.CheckHealthResponse;
import io.milvus.grpc.CollectionSchema;
import io.milvus.grpc.ConnectRequest;
import io.milvus.grpc.ConnectResponse;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.DescribeDatabaseRequest;
import io.milvus.grpc.DescribeDatabaseResponse;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.GetVersionResponse;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.ListDatabasesRequest;
import io.milvus.grpc.ListDatabasesResponse;
import io.milvus.grpc.MilvusServiceGrpc;
import io.milvus.grpc.ServerInfo;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.stereotype.Component;

/** What clients call when they connect. A server that only keeps users answers truthfully. */
@Component
class ProbeRpcs implements RpcGroup {

    /** The number that Milvus gives to its own default database. */
    private static final long DEFAULT_DATABASE_ID = 1;

    private final String version;
    private final Readiness readiness;

    ProbeRpcs(MilvusVersionSettings version, Readiness readiness) {
        this.version = version.milvusVersion();
        this.readiness = readiness;
    }

    @Override
    public List<Rpc<?, ?>> rpcs() {
        return List.of(
                Rpc.of(MilvusServiceGrpc.getConnectMethod(), this::connect),
                Rpc.of(MilvusServiceGrpc.getGetVersionMethod(), this::version),
                Rpc.of(MilvusServiceGrpc.getCheckHealthMethod(), this::health),
                Rpc.of(MilvusServiceGrpc.getListDatabasesMethod(), this::databases),
                Rpc.of(MilvusServiceGrpc.getDescribeDatabaseMethod(), this::database),
                Rpc.of(MilvusServiceGrpc.getShowCollectionsMethod(), this::collections),
                Rpc.of(MilvusServiceGrpc.getHasCollectionMethod(), this::hasCollection),
                Rpc.of(MilvusServiceGrpc.getDescribeCollectionMethod(), this::collection));
    }

    private ConnectResponse connect(GrpcCall call, ConnectRequest request) {
        requireDatabase(call, "");
        return ConnectResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .setServerInfo(ServerInfo.newBuilder().setBuildTags(version).setDeployMode("STANDALONE"))
                // Names the connection in later calls, of which nothing is kept here; 0 would say that there is no such
                // thing
                .setIdentifier(ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE))
                .build();
    }

    private GetVersionResponse version(GrpcCall call, GetVersionRequest request) {
        return GetVersionResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .setVersion(version)
                .build();
    }

    private CheckHealthResponse health(GrpcCall call, CheckHealthRequest request) {
        boolean ready = readiness.isReady();
        var response = CheckHealthResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .setIsHealthy(ready);
        return ready ? response.build() : response.addReasons("not ready").build();
    }

    private ListDatabasesResponse databases(GrpcCall call, ListDatabasesRequest request) {
        return ListDatabasesResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .addDbNames(MilvusDatabase.DEFAULT)
                .addDbIds(DEFAULT_DATABASE_ID)
                .addCreatedTimestamp(0)
                .build();
    }

    private DescribeDatabaseResponse database(GrpcCall call, DescribeDatabaseRequest request) {
        requireDatabase(call, request.getDbName());
        return DescribeDatabaseResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .setDbName(MilvusDatabase.DEFAULT)
                .setDbID(DEFAULT_DATABASE_ID)
                .build();
    }

    private ShowCollectionsResponse collections(GrpcCall call, ShowCollectionsRequest request) {
        requireDatabase(call, request.getDbName());
        return ShowCollectionsResponse.newBuilder()
                .setStatus(ReplyStatus.success())
                .build();
    }

    private BoolResponse hasCollection(GrpcCall call, HasCollectionRequest request) {
        requireDatabase(call, request.getDbName());
        return BoolResponse.newBuilder().setStatus(ReplyStatus.success()).build();
    }

    /**
     * What pymilvus, Node and Go call when they are asked whether a collection exists. An old pymilvus looks for these words of the
     * reason, and Milvus puts them in front of its own text for it ({@code describeCollectionTask} in {@code internal/proxy/task.go}).
     */
    private DescribeCollectionResponse collection(GrpcCall call, DescribeCollectionRequest request) {
        requireDatabase(call, request.getDbName());
        MilvusError unknown = MilvusError.unknownCollection(request.getCollectionName());
        return DescribeCollectionResponse.newBuilder()
                .setStatus(
                        ReplyStatus.failure(unknown, "can't find collection " + unknown.message(), unknown.message()))
                .setSchema(CollectionSchema.getDefaultInstance())
                .setCollectionName(request.getCollectionName())
                .setDbName(MilvusDatabase.DEFAULT)
                .build();
    }

    /** The request's own field counts before the metadata, as in Milvus. */
    private static void requireDatabase(GrpcCall call, String field) {
        String named = field.isEmpty() ? call.database() : field;
        if (!named.isEmpty() && !named.equals(MilvusDatabase.DEFAULT)) {
            throw new FailedReply(MilvusError.unknownDatabase(named));
        }
    }
}
