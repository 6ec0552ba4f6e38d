package io.gatehouse.milvus.grpc;

import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What clients are told.
 *
 * @param milvusVersion Milvus version that gRPC clients read
 */
@Validated
@ConfigurationProperties("gatehouse")
record MilvusVersionSettings(
        @DefaultValue("v2.6.6")
        @Pattern(regexp = "v\\d+\\.\\d+\\.\\d+[-.\\w]*", message = "has to be a version such as v2.6.6")
        String milvusVersion) {}
