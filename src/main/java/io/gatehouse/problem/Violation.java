package io.gatehouse.problem;

/**
 * One field of a request that breaks a rule.
 *
 * @param field the field's name as the JSON faces write it, such as {@code userName}
 * @param message the rule, never the refused value
 */
public record Violation(String field, String message) {}
