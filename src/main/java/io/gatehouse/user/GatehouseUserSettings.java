package io.gatehouse.user;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings about users for which Milvus has no key.
 *
 * @param rootPasswordFile a UTF-8 file whose first line is the password that {@code root} gets at the first start; wins over
 *     {@code common.security.defaultRootPassword}
 * @param refuseDefaultRootPassword whether to refuse to start while {@code root} has the password {@code Milvus}
 * @param allowDotsAndHyphens whether the name of a new user may also have dots and hyphens, as in Milvus 2.6
 */
@ConfigurationProperties("gatehouse")
record GatehouseUserSettings(
        @Nullable Path rootPasswordFile,
        @DefaultValue("false") boolean refuseDefaultRootPassword,
        @DefaultValue("false") boolean allowDotsAndHyphens) {}
