package io.gatehouse.http;

import java.util.HashMap;
import java.util.Map;

/**
 * The room that bodies take while they are waited for: 16 MiB in all, of which a user has an eighth, whatever the number of its clients. All
 * threads may use it.
 */
final class ArrivingRoom {

    private static final int MOST_BYTES = 256 * BodyLimit.MOST_BYTES;
    private static final int SHARE = MOST_BYTES / 8;

    private final Map<String, Integer> byUser = new HashMap<>();
    private int taken;

    /** Begins a place that takes nothing yet. */
    Place placeOf(String user) {
        return new Place(user);
    }

    private synchronized boolean take(String user, int bytes) {
        int ofUser = byUser.getOrDefault(user, 0) + bytes;
        if (taken + bytes > MOST_BYTES || ofUser > SHARE) {
            return false;
        }
        taken += bytes;
        byUser.put(user, ofUser);
        return true;
    }

    private synchronized void giveBack(String user, int bytes) {
        taken -= bytes;
        byUser.computeIfPresent(user, (any, ofUser) -> ofUser > bytes ? ofUser - bytes : null);
    }

    /** What one body takes. One thread at a time uses it. */
    final class Place {

        private final String user;
        private int bytes;

        private Place(String user) {
            this.user = user;
        }

        /** Takes as much as that many bytes in all; false when there is no room for them, and then it is as large as before. */
        boolean growTo(int wanted) {
            if (wanted > bytes) {
                if (!take(user, wanted - bytes)) {
                    return false;
                }
                bytes = wanted;
            }
            return true;
        }

        /** Gives all back. */
        void leave() {
            giveBack(user, bytes);
            bytes = 0;
        }
    }
}
