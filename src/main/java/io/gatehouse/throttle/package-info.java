/**
 * How often a login may fail: guesses are slowed down by user and client address, and by address alone. Which addresses are one
 * client's says {@link io.gatehouse.address.Network}, how much each has of something {@link io.gatehouse.address.Shares}, and who gives
 * way when there is no room {@link io.gatehouse.throttle.Places}: for connections and calls too. What large answers take in memory is
 * counted in {@link io.gatehouse.throttle.AnswerMemory}.
 *
 * <p>Whoever checks a password asks {@link io.gatehouse.throttle.LoginThrottle} first and reports the outcome. What a
 * password is, and how it is checked, does not belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "problem"})
package io.gatehouse.throttle;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
