package io.gatehouse.user;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Milvus' settings about users.
 *
 * @param superUsers users who change passwords without the old password; a comma-separated text or a list (S7)
 * @param defaultRootPassword {@code root}'s password at the first start (S2)
 */
@ConfigurationProperties("common.security")
record UserSettings(
        @DefaultValue List<String> superUsers,
        @DefaultValue(UserSettings.DEFAULT_ROOT_PASSWORD) String defaultRootPassword) {

    /** Milvus' own default. */
    static final String DEFAULT_ROOT_PASSWORD = "Milvus";

    UserSettings {
        superUsers = superUsers.stream()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .toList();
    }

    /** Hides the root password. */
    @Override
    public String toString() {
        return "UserSettings[superUsers=" + superUsers + "]";
    }
}
