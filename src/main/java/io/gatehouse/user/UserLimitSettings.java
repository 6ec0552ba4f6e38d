package io.gatehouse.user;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Milvus' limits on users.
 *
 * @param maxUsernameLength most characters of a new user's name (S10)
 * @param maxUserNum most users, including {@code root}; 0: no limit
 */
@Validated
@ConfigurationProperties("proxy")
public record UserLimitSettings(
        @DefaultValue("32") @Min(1) @Max(255) int maxUsernameLength,
        @DefaultValue("0") @Min(0) int maxUserNum) {}
