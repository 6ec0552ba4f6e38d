package io.gatehouse.grpc;

/** A text that is not base64. Says at which byte, and never holds any of the text: it may be a password. */
public final class BadEncoding extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String fault;

    /** Takes a sentence such as {@code illegal base64 data at input byte 5}. */
    public BadEncoding(String fault) {
        super(fault, null, false, false);
        this.fault = fault;
    }

    public String fault() {
        return fault;
    }
}
