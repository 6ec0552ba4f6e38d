package io.gatehouse.caller;

import java.util.List;

/** Operations for tests of other modules. */
public final class ToldOperations {

    private ToldOperations() {}

    /** Operations whose events are added to a list. */
    public static Operations to(List<Object> events) {
        return new Operations(events::add);
    }
}
