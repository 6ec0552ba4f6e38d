package io.gatehouse.authentication;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whether callers have to prove who they are.
 *
 * @param authorizationEnabled requires a token (S1); false allows everything to everybody
 */
@ConfigurationProperties("common.security")
record AuthenticationSettings(@DefaultValue("true") boolean authorizationEnabled) {}
