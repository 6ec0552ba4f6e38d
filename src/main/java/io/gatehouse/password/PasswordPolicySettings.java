package io.gatehouse.password;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a new password may not be, beyond its length. All off by default, so that Milvus' clients keep working. NIST SP 800-63B-4 asks for a
 * minimum length and a list of common passwords, compared with whole passwords, and forbids rules about the kinds of characters.
 *
 * @param refuseUserName refuses the user's name as a new password, in any case
 * @param refuseCurrent refuses the current password as the new one
 * @param refuseCommon refuses the 30,000 most common passwords, in any case
 * @param compromisedList UTF-8 file of at most 1,000,000 refused passwords, one per line, in any case
 */
@ConfigurationProperties("gatehouse.password")
record PasswordPolicySettings(
        @DefaultValue("false") boolean refuseUserName,
        @DefaultValue("false") boolean refuseCurrent,
        @DefaultValue("false") boolean refuseCommon,
        @Nullable Path compromisedList) {}
