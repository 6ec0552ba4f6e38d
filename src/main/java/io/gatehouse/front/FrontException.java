package io.gatehouse.front;

/** The port cannot be opened as it is configured; start is refused with this text. */
final class FrontException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * A refusal to start.
     *
     * @param message what is wrong, and where
     * @param remedy what the operator can do
     */
    FrontException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    FrontException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
