package io.gatehouse.caller;

/**
 * A user was changed. Published inside the transaction of the change: what a listener writes is kept if and only if the change
 * is, and a listener that fails undoes it.
 *
 * @param userId the user's id, never given to another user
 */
public record UserChanged(Operation operation, long userId) {}
