package io.gatehouse.caller;

import io.gatehouse.problem.Problem;
import org.jspecify.annotations.Nullable;

/**
 * An operation that changed no user has ended: a login, or a refusal. Published after the fact and outside of any transaction.
 *
 * @param refusal why it was refused; null when it succeeded
 */
public record OperationEnded(Operation operation, @Nullable Problem refusal) {}
