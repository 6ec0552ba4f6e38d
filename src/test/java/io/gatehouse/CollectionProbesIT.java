package io.gatehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.gatehouse.testing.GatehouseServer;
import io.gatehouse.testing.Grpc;
import io.gatehouse.testing.TestDatabase;
import io.grpc.StatusRuntimeException;
import io.milvus.grpc.CollectionSchema;
import io.milvus.grpc.DescribeCollectionRequest;
import io.milvus.grpc.DescribeCollectionResponse;
import io.milvus.grpc.Status;
import org.junit.jupiter.api.Test;

/**
 * DescribeCollection, which the SDKs call for {@code has_collection}: without Milvus' answer to it, Node's fails with a TypeError and
 * the others' with an error instead of false.
 */
class CollectionProbesIT {

    private final Grpc grpc = new Grpc(GatehouseServer.shared(TestDatabase.H2));

    @Test
    void describeCollectionWhenAskedThenIsNotFoundInMilvusWords() {
        var request = DescribeCollectionRequest.newBuilder()
                .setCollectionName("books")
                .build();

        DescribeCollectionResponse answer = grpc.stub("root:Milvus").describeCollection(request);

        assertThat(answer)
                .isEqualTo(DescribeCollectionResponse.newBuilder()
                        .setStatus(notFound())
                        .setSchema(CollectionSchema.getDefaultInstance())
                        .setCollectionName("books")
                        .setDbName("default")
                        .build());
    }

    @Test
    void describeCollectionWhenDatabaseIsUnknownThenSaysSo() {
        var request = DescribeCollectionRequest.newBuilder()
                .setDbName("library")
                .setCollectionName("books")
                .build();

        Status status = grpc.stub("root:Milvus").describeCollection(request).getStatus();

        assertThat(status.getCode()).isEqualTo(800);
        assertThat(status.getReason()).isEqualTo("database not found[database=library]");
    }

    @Test
    void describeCollectionWhenThereIsNoTokenThenIsUnauthenticated() {
        var request = DescribeCollectionRequest.newBuilder()
                .setCollectionName("books")
                .build();

        StatusRuntimeException refused = catchThrowableOfType(
                StatusRuntimeException.class, () -> grpc.stub((String) null).describeCollection(request));

        assertThat(refused.getStatus().getDescription()).isEqualTo("missing authorization in header");
    }

    @SuppressWarnings("deprecation") // the field that old clients look at
    private static Status notFound() {
        return Status.newBuilder()
                .setCode(100)
                .setErrorCodeValue(1)
                .setReason("can't find collection collection not found[database=default][collection=books]")
                .setDetail("collection not found[database=default][collection=books]")
                .build();
    }
}
