package io.gatehouse.password;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a new password may not be, beyond its length. All off by default, so that Milvus' clients keep working.
 *
 * @param refuseUserName whether a new password may not contain the user's own name, in any case
 * @param compromisedList a UTF-8 text file of passwords, one a line, that nobody may choose; none when absent
 */
@ConfigurationProperties("gatehouse.password")
record PasswordPolicySettings(
        @DefaultValue("false") boolean refuseUserName,
        @Nullable Path compromisedList) {}
