/**
 * Any number of Gatehouses on one PostgreSQL: what one of them changes, the others hear of.
 *
 * <p>The way of a change: {@code user} publishes it inside its transaction, {@code ChangeNotifier} sends the user's id with that
 * transaction (NOTIFY), {@code ChangeListener} of every replica hears it (LISTEN) and makes {@link io.gatehouse.user.CurrentUsers}
 * forget the user. What is not heard is bounded by {@code gatehouse.cluster.staleness}, which {@code user} keeps. With the embedded database
 * there is nobody to tell, and nothing of this is there.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"caller", "user"})
package io.gatehouse.cluster;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
