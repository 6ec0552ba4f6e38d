package io.gatehouse.milvus.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatehouse.grpc.GrpcPort;
import io.gatehouse.grpc.Readiness;
import io.gatehouse.testing.ReadinessEndpoint;
import io.milvus.grpc.CheckHealthRequest;
import io.milvus.grpc.CheckHealthResponse;
import io.milvus.grpc.ConnectRequest;
import io.milvus.grpc.ConnectResponse;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeDatabaseRequest;
import io.milvus.grpc.DescribeDatabaseResponse;
import io.milvus.grpc.GetVersionRequest;
import io.milvus.grpc.HasCollectionRequest;
import io.milvus.grpc.ListDatabasesRequest;
import io.milvus.grpc.ListDatabasesResponse;
import io.milvus.grpc.MilvusServiceGrpc.MilvusServiceBlockingStub;
import io.milvus.grpc.ShowCollectionsRequest;
import io.milvus.grpc.Status;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeRpcsTests {

    private static final Status SUCCESS = Status.getDefaultInstance();

    private volatile org.springframework.boot.health.contributor.Status readiness =
            org.springframework.boot.health.contributor.Status.UP;
    private final GrpcPort port = TestRpcs.port(
            new ProbeRpcs(new MilvusVersionSettings("v2.6.6"), new Readiness(ReadinessEndpoint.of(() -> readiness))));

    @AfterEach
    void close() {
        port.close();
    }

    @Test
    void connectWhenAskedThenTellsTheVersionAndNamesTheConnection() {
        ConnectResponse reply = port.stub().connect(ConnectRequest.getDefaultInstance());

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getServerInfo().getBuildTags()).isEqualTo("v2.6.6");
        assertThat(reply.getServerInfo().getDeployMode()).isEqualTo("STANDALONE");
        assertThat(reply.getIdentifier()).isPositive();
    }

    @Test
    void versionWhenAskedThenIsMilvusVersion() {
        var reply = port.stub().getVersion(GetVersionRequest.getDefaultInstance());

        assertThat(reply.getStatus()).isEqualTo(SUCCESS);
        assertThat(reply.getVersion()).isEqualTo("v2.6.6");
    }

    @Test
    void healthWhenAskedThenIsTheReadiness() {
        assertThat(health())
                .isEqualTo(CheckHealthResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .setIsHealthy(true)
                        .build());

        readiness = org.springframework.boot.health.contributor.Status.DOWN;

        assertThat(health())
                .isEqualTo(CheckHealthResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .addReasons("not ready")
                        .build());
    }

    @Test
    void databasesWhenAskedThenThereIsTheDefaultOne() {
        assertThat(port.stub().listDatabases(ListDatabasesRequest.getDefaultInstance()))
                .isEqualTo(ListDatabasesResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .addDbNames("default")
                        .addDbIds(1)
                        .addCreatedTimestamp(0)
                        .build());
        assertThat(port.stub().describeDatabase(DescribeDatabaseRequest.getDefaultInstance()))
                .isEqualTo(DescribeDatabaseResponse.newBuilder()
                        .setStatus(SUCCESS)
                        .setDbName("default")
                        .setDbID(1)
                        .build());
    }

    @Test
    void collectionsWhenAskedThenThereAreNone() {
        var all = port.stub().showCollections(ShowCollectionsRequest.getDefaultInstance());
        var one = port.stub()
                .hasCollection(HasCollectionRequest.newBuilder()
                        .setCollectionName("books")
                        .build());

        assertThat(all.getStatus()).isEqualTo(SUCCESS);
        assertThat(all.getCollectionNamesList()).isEmpty();
        assertThat(one.getStatus()).isEqualTo(SUCCESS);
        assertThat(one.getValue()).isFalse();
    }

    @Test
    void describeCollectionWhenAskedThenSaysInOldAndNewWordsThatThereIsNone() {
        var reply = port.stub()
                .describeCollection(DescribeCollectionRequest.newBuilder()
                        .setCollectionName("books")
                        .build());

        assertThat(reply.getStatus().getCode()).isEqualTo(100);
        assertThat(reply.getStatus().getReason())
                .isEqualTo("can't find collection collection not found[database=default][collection=books]");
        assertThat(reply.getStatus().getDetail()).isEqualTo("collection not found[database=default][collection=books]");
        assertThat(reply.getCollectionName()).isEqualTo("books");
        assertThat(reply.getDbName()).isEqualTo("default");
        assertThat(reply.hasSchema()).isTrue();
    }

    @Test
    void callWhenTheConnectionNamesAnotherDatabaseThenThereIsNoSuchDatabase() {
        assertThat(answers(port.stubOf("books"), "")).allSatisfy(status -> {
            assertThat(status.getCode()).isEqualTo(800);
            assertThat(status.getReason()).isEqualTo("database not found[database=books]");
        });
        assertThat(port.stubOf("books")
                        .connect(ConnectRequest.getDefaultInstance())
                        .getStatus()
                        .getReason())
                .isEqualTo("database not found[database=books]");
    }

    @Test
    void describeCollectionWhenThereIsNoSuchDatabaseThenThatComesFirst() {
        var reply = port.stub()
                .describeCollection(DescribeCollectionRequest.newBuilder()
                        .setDbName("films")
                        .setCollectionName("books")
                        .build());

        assertThat(reply.getStatus().getReason()).isEqualTo("database not found[database=films]");
    }

    @ParameterizedTest
    @CsvSource({"books, default, 0", "default, books, 800", "default, '', 0"})
    void callWhenTheRequestNamesADatabaseTooThenThatCounts(String connections, String requests, int code) {
        assertThat(answers(port.stubOf(connections), requests))
                .extracting(Status::getCode)
                .containsOnly(code);
    }

    private CheckHealthResponse health() {
        return port.stub().checkHealth(CheckHealthRequest.getDefaultInstance());
    }

    private static List<Status> answers(MilvusServiceBlockingStub stub, String database) {
        return List.of(
                stub.describeDatabase(DescribeDatabaseRequest.newBuilder()
                                .setDbName(database)
                                .build())
                        .getStatus(),
                stub.showCollections(ShowCollectionsRequest.newBuilder()
                                .setDbName(database)
                                .build())
                        .getStatus(),
                stub.hasCollection(HasCollectionRequest.newBuilder()
                                .setDbName(database)
                                .build())
                        .getStatus());
    }
}
