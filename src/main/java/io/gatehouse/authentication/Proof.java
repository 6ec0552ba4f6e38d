package io.gatehouse.authentication;

import io.gatehouse.user.UserVersion;

/**
 * That a token was good.
 *
 * @param subject the name of the user whose token it is
 * @param end what ends it: the user is no longer as it was then
 */
record Proof(String subject, UserVersion end) {}
