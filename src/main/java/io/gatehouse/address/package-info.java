/**
 * Who is at the other end: the client's address behind trusted proxies, its network, its connection.
 *
 * <p>{@link io.gatehouse.address.ClientAddresses} says where a request comes from, {@link io.gatehouse.address.Network} which addresses are
 * one client's, {@link io.gatehouse.address.Shares} how much each of them has of something. How much a network may have does not
 * belong here.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.gatehouse.address;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
