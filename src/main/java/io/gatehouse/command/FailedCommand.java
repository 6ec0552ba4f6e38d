package io.gatehouse.command;

/** A command that cannot be done, for a reason that the operator can do something about. */
final class FailedCommand extends RuntimeException {

    private static final long serialVersionUID = 1L;

    FailedCommand(String sentence) {
        super(sentence, null, false, false);
    }

    FailedCommand(String sentence, Throwable cause) {
        super(sentence, cause, false, false);
    }
}
