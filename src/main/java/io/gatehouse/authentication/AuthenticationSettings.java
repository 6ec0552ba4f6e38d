package io.gatehouse.authentication;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether callers have to prove who they are.
 *
 * @param authorizationEnabled whether a token is needed (S1); without it every request may do everything
 */
@ConfigurationProperties("common.security")
record AuthenticationSettings(@DefaultValue("true") boolean authorizationEnabled) {}
