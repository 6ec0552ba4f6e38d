package io.gatehouse.caller;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * The one gate of all operations, and what tells whoever listens how they end: from what really came of them, never from what was
 * asked.
 */
@Component
public class Operations {

    private final ApplicationEventPublisher events;

    public Operations(ApplicationEventPublisher events) {
        this.events = events;
    }

    /**
     * Asks whether the caller may do an operation, before anything else: for a face that has more to judge before the call.
     *
     * @throws ProblemException {@link Problem#PERMISSION_DENIED}
     */
    public void permit(Caller caller, Operation operation) {
        of(operation, () -> Permission.check(caller, operation));
    }

    /**
     * Asks as {@link #permit(Caller, Operation)} does, for what administrators alone may do and the trail has no word of its own for.
     *
     * @param words what the caller may not do, for people
     */
    public void permit(Caller caller, Operation operation, String words) {
        of(operation, () -> Permission.check(caller, words));
    }

    /** Does an operation that the caller may do; when it is refused, that is told too. */
    public <T> T of(Caller caller, Operation operation, Supplier<T> work) {
        return of(operation, () -> {
            Permission.check(caller, operation);
            return work.get();
        });
    }

    /** Does an operation without a result that the caller may do. */
    public void of(Caller caller, Operation operation, Runnable work) {
        permit(caller, operation);
        of(operation, work);
    }

    /** Does an operation that needs no permission; when it is refused, that is told too. */
    public <T> T of(Operation operation, Supplier<T> work) {
        try {
            return work.get();
        } catch (ProblemException e) {
            refused(operation, e.problem());
            throw e;
        } catch (RuntimeException e) {
            refused(operation, Problem.INTERNAL_ERROR);
            throw e;
        }
    }

    /** Does an operation that needs no permission and has no result. */
    public void of(Operation operation, Runnable work) {
        of(operation, () -> {
            work.run();
            return true;
        });
    }

    /** To be called inside of the transaction of a change. */
    public void changed(Operation operation, long userId) {
        events.publishEvent(new UserChanged(operation, userId));
    }

    public void succeeded(Operation operation) {
        events.publishEvent(new OperationEnded(operation, null));
    }

    public void refused(Operation operation, Problem reason) {
        if (operation.action().changes() || reason.kind() == Problem.Kind.DENIED) {
            events.publishEvent(new OperationEnded(operation, reason));
        }
    }
}
