package io.gatehouse.caller;

import io.gatehouse.problem.Problem;
import io.gatehouse.problem.ProblemException;
import java.util.function.Supplier;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/** Tells whoever listens how operations end: from what really came of them, never from what was asked. */
@Component
public class Operations {

    private final ApplicationEventPublisher events;

    Operations(ApplicationEventPublisher events) {
        this.events = events;
    }

    /** Does an operation; when it is refused, that is told too. */
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

    /** Does an operation without a result. */
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
