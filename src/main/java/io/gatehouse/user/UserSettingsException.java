package io.gatehouse.user;

/** A setting about users that cannot be followed; start is refused with this text. */
final class UserSettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UserSettingsException(String message) {
        super(message);
    }

    UserSettingsException(String message, Throwable cause) {
        super(message, cause);
    }
}
