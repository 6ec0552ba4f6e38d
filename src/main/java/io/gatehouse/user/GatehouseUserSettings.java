package io.gatehouse.user;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings about users for which Milvus has no key.
 *
 * @param rootPasswordFile file whose first line is {@code root}'s password at the first start; wins over
 *     {@code common.security.defaultRootPassword}
 * @param refuseDefaultRootPassword does not start while {@code root} has the password {@code Milvus}
 * @param allowDotsAndHyphens allows dots and hyphens in new names, as in Milvus 2.6
 */
@ConfigurationProperties("gatehouse")
record GatehouseUserSettings(
        @Nullable Path rootPasswordFile,
        @DefaultValue("false") boolean refuseDefaultRootPassword,
        @DefaultValue("false") boolean allowDotsAndHyphens) {}
