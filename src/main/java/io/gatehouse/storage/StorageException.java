package io.gatehouse.storage;

/** The database cannot be used; start is refused with this text. */
final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * A refusal to start.
     *
     * @param message what is wrong, and where
     * @param remedy what the operator can do
     */
    StorageException(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    StorageException(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }
}
