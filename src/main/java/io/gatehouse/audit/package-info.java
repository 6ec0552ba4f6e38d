/**
 * The audit trail: who did what to whom, from where, and what came of it.
 *
 * <p>The way of an event: {@code user} publishes how an operation ended. {@code AuditTrail} writes a change in the transaction of the
 * change; a login goes through {@code AuditWriter}, which writes them in batches, and so does a refusal, after {@code RepeatedRefusals},
 * which makes repeats one event. {@code AuditRetention} deletes what is too old or too much. {@code AuditEventsController} hands
 * them to administrators, {@code AuditLog} writes them to a file. Nobody depends on this module: without it, the rest works as it
 * does.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {"address", "caller", "http", "problem", "settings", "storage", "user"})
package io.gatehouse.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
