package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.Metadata;
import io.milvus.grpc.BoolResponse;
import io.milvus.grpc.CheckHealthRequest;
import io.milvus.grpc.CheckHealthResponse;
import io.milvus.grpc.ConnectRequest;
import io.milvus.grpc.ConnectResponse;
import io.milvus.grpc.DescribeDatabaseRequest;
import io.milvus.grpc.DescribeDatabaseResponse;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.GetVersionResponse;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.ListDatabasesRequest;
import io.milvus.grpc.ListDatabasesResponse;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.ServerInfo;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.ShowCollectionsResponse;
import io.milvus.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients call when they connect. */
class GrpcProbesIT {

    private static final Status SUCCESS = Status.getDefaultInstance();
    private static final Metadata.Key<String> DATABASE = Metadata.Key.of("dbname", Metadata.ASCII_STRING_MARSHALLER);

    private final Grpc grpc = new Grpc(GatehouseServer.shared(TestDatabase.H2));

    @Test
    void connectWhenAskedThenHasAnIdentifierAndTheVersion() {
        ConnectResponse first = grpc.stub("root:Milvus").connect(ConnectRequest.getDefaultInstance());
        ConnectResponse second = grpc.stub(inDatabase("default")).connect(ConnectRequest.getDefaultInstance());

        assertThat(List.of(first, second)).allSatisfy(answer -> {
            assertThat(answer.getStatus()).isEqualTo(SUCCESS);
            assertThat(answer.getIdentifier()).isPositive();
            assertThat(answer.getServerInfo())
                    .isEqualTo(ServerInfo.newBuilder()
                            .setBuildTags("v2.6.6")
                            .setDeployMode("STANDALONE")
                            .build());
        });
        assertThat(first.getIdentifier()).isNotEqualTo(second.getIdentifier());
    }

    @ParameterizedTest
    @ValueSource(strings = {"books", "Default", "not a name", "`", "0"})
    void probesWhenDatabaseIsUnknownThenSayWhich(String name) {
        var described = DescribeDatabaseRequest.newBuilder().setDbName(name).build();
        var shown = ShowCollectionsRequest.newBuilder().setDbName(name).build();
        var collection = HasCollectionRequest.newBuilder().setDbName(name).build();

        List<Status> statuses = List.of(
                stubIn(name).connect(ConnectRequest.getDefaultInstance()).getStatus(),
                stubIn(name)
                        .describeDatabase(DescribeDatabaseRequest.getDefaultInstance())
                        .getStatus(),
                stubIn(name)
                        .showCollections(ShowCollectionsRequest.getDefaultInstance())
                        .getStatus(),
                stubIn(name)
                        .hasCollection(HasCollectionRequest.getDefaultInstance())
                        .getStatus(),
                grpc.stub("root:Milvus").describeDatabase(described).getStatus(),
                grpc.stub("root:Milvus").showCollections(shown).getStatus(),
                grpc.stub("root:Milvus").hasCollection(collection).getStatus());

        assertThat(statuses).allSatisfy(status -> {
            assertThat(status.getCode()).isEqualTo(800);
            assertThat(status.getReason()).isEqualTo("database not found[database=%s]", name);
        });
    }

    @Test
    void probesWhenAskedThenAnswerTruthfully() {
        GetVersionResponse version = grpc.stub("root:Milvus").getVersion(GetVersionRequest.getDefaultInstance());
        CheckHealthResponse health = grpc.stub("root:Milvus").checkHealth(CheckHealthRequest.getDefaultInstance());
        ListDatabasesResponse databases =
                grpc.stub("root:Milvus").listDatabases(ListDatabasesRequest.getDefaultInstance());
        DescribeDatabaseResponse database = grpc.stub(inDatabase("books"))
                .describeDatabase(DescribeDatabaseRequest.newBuilder()
                        .setDbName("default")
                        .build());
        ShowCollectionsResponse collections =
                grpc.stub("root:Milvus").showCollections(ShowCollectionsRequest.getDefaultInstance());
        BoolResponse collection = grpc.stub("root:Milvus")
                .hasCollection(HasCollectionRequest.newBuilder()
                        .setCollectionName("books")
                        .build());

        assertThat(version)
                .isEqualTo(GetVersionResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .setVersion("v2.6.6")
                        .build());
        assertThat(health)
                .isEqualTo(CheckHealthResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .setIsHealthy(true)
                        .build());
        assertThat(databases.getDbNamesList()).containsExactly("default");
        assertThat(database)
                .isEqualTo(DescribeDatabaseResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .setDbName("default")
                        .setDbID(1)
                        .build());
        assertThat(collections)
                .isEqualTo(
                        ShowCollectionsResponse.newBuilder().setStatus(SUCCESS).build());
        assertThat(collection)
                .isEqualTo(BoolResponse.newBuilder().setStatus(SUCCESS).build());
    }

    @Test
    void versionWhenConfiguredThenIsWhatClientsAreTold() {
        try (GatehouseServer server = GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-version=v2.4.15-dev")) {
            var other = new Grpc(server);

            assertThat(other.stub("root:Milvus")
                            .getVersion(GetVersionRequest.getDefaultInstance())
                            .getVersion())
                    .isEqualTo("v2.4.15-dev");
            assertThat(other.stub("root:Milvus")
                            .connect(ConnectRequest.getDefaultInstance())
                            .getServerInfo()
                            .getBuildTags())
                    .isEqualTo("v2.4.15-dev");
        }
    }

    @Test
    void versionWhenItIsNoneThenStartIsRefused() {
        assertThatThrownBy(() -> GatehouseServer.start(TestDatabase.H2, "gatehouse.milvus-version=newest"))
                .rootCause()
                .hasMessageContaining("gatehouse.milvus-version")
                .hasMessageContaining("has to be a version such as v2.6.6");
    }

    private MilvusServiceBlockingStub stubIn(String database) {
        return grpc.stub(inDatabase(database));
    }

    private static Metadata inDatabase(String name) {
        Metadata metadata = Grpc.metadata("root:Milvus");
        metadata.put(DATABASE, name);
        return metadata;
    }
}
