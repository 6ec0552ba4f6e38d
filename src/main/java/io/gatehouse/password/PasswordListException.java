package io.gatehouse.password;

import org.jspecify.annotations.Nullable;

/** A list of passwords that cannot be used; start is refused with this text. */
final class PasswordListException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    PasswordListException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
