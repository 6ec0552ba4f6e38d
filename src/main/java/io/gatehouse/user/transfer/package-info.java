/**
 * Users that move from one server to another: export and import, all or none.
 *
 * <p>{@link io.gatehouse.user.transfer.UserTransfer} reads and writes through {@link io.gatehouse.user.TransferStore}; nothing of {@code user}
 * needs it. How a user looks in a file or a message does not belong here.
 */
@NullMarked
@NamedInterface("transfer")
package io.gatehouse.user.transfer;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
