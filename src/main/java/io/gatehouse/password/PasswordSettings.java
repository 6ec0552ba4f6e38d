package io.gatehouse.password;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How long a new password may be, under Milvus' own keys.
 *
 * @param minPasswordLength fewest characters of a new password
 * @param maxPasswordLength most characters of a new password, at most 256
 */
@Validated
@ConfigurationProperties("proxy")
record PasswordSettings(
        @DefaultValue("6") @Min(1) @Max(PasswordPolicy.LONGEST)
        int minPasswordLength,

        @DefaultValue("256") @Min(1) @Max(PasswordPolicy.LONGEST)
        int maxPasswordLength) {

    @AssertTrue(message = "proxy.minPasswordLength must not be greater than proxy.maxPasswordLength")
    boolean isOrdered() {
        return minPasswordLength <= maxPasswordLength;
    }
}
