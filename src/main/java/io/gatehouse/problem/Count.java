package io.gatehouse.problem;

import java.time.Duration;

/**
 * A number of things as people write it: {@code 1 user}, {@code 2 users}.
 *
 * @param number how many there are
 * @param thing the name of one, whose plural ends in {@code s}
 */
public record Count(long number, String thing) {

    /** From one number to another: {@code 6 to 256 characters}; one number where both are the same. */
    public static String range(long least, long most, String thing) {
        Count count = new Count(most, thing);
        return least == most ? count.toString() : least + " to " + count;
    }

    /** A time to wait, rounded up: after that many seconds nobody comes too early. */
    public static Count seconds(Duration wait) {
        return new Count(wait.plusSeconds(1).minusNanos(1).toSeconds(), "second");
    }

    /** The things and what happens to them: {@code 1 user was}, {@code 2 users were}. */
    public String with(String singular, String plural) {
        return this + " " + (number == 1 ? singular : plural);
    }

    @Override
    public String toString() {
        return number + " " + thing + (number == 1 ? "" : "s");
    }
}
