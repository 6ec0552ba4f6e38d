package io.gatehouse.caller;

import java.util.regex.Pattern;

/**
 * Names that a user can have at all, under the widest setting there is. What cannot be one need not be looked up, and a database need not
 * judge a NUL or half a character.
 */
public final class PossibleName {

    /** The most characters of a name. */
    public static final int LONGEST = 255;

    private static final Pattern PATTERN = Pattern.compile("[A-Za-z][A-Za-z0-9_.-]{0,%d}".formatted(LONGEST - 1));

    private PossibleName() {}

    /** Whether a user of this name can exist. */
    public static boolean is(String name) {
        return PATTERN.matcher(name).matches();
    }
}
