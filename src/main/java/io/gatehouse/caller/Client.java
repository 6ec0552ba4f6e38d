package io.gatehouse.caller;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/**
 * Where a request comes from, proven or not.
 *
 * @param face the interface that took it
 * @param address the client's address
 * @param requestId the id under which the log has the request
 * @param gone whether whoever asks may have gone, so that nobody would read an answer
 */
public record Client(Face face, String address, String requestId, BooleanSupplier gone) {

    /** One who waits for the answer in any case. */
    public Client(Face face, String address, String requestId) {
        this(face, address, requestId, Client::never);
    }

    /** Returns a new id of a request. */
    public static String nextRequestId() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean never() {
        return false;
    }
}
