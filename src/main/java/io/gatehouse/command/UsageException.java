package io.gatehouse.command;

/** A command line that cannot be understood; its text holds no value of it, which may be a password. */
final class UsageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UsageException(String sentence) {
        super(sentence, null, false, false);
    }
}
