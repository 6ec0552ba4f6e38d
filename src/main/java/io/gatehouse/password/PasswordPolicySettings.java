package io.gatehouse.password;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a new password may not be, beyond its length. All off by default, so that Milvus' clients keep working.
 *
 * @param refuseUserName whether a new password may not be the user's own name, in any case
 * @param refuseCurrent whether a new password may not be the current one
 * @param refuseCommon whether a new password may not be one of the 30,000 most common ones, in any case
 * @param compromisedList a UTF-8 text file of at most 1,000,000 passwords, one a line, that nobody may choose, in any case; none when
 *     absent
 */
@ConfigurationProperties("gatehouse.password")
record PasswordPolicySettings(
        @DefaultValue("false") boolean refuseUserName,
        @DefaultValue("false") boolean refuseCurrent,
        @DefaultValue("false") boolean refuseCommon,
        @Nullable Path compromisedList) {}
