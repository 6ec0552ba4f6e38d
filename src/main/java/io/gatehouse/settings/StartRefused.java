package io.gatehouse.settings;

/** Gatehouse does not start as it is set up. The message is for the operator: what is wrong, and where. */
public final class StartRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String CORRECT_THE_SETTING = "Correct the setting and start again.";

    private final String remedy;

    /** A setting that cannot be followed. */
    public StartRefused(String message) {
        this(message, CORRECT_THE_SETTING);
    }

    /** A setting that cannot be followed, and why. */
    public StartRefused(String message, Throwable cause) {
        this(message, CORRECT_THE_SETTING, cause);
    }

    /**
     * Anything else that is to be changed first.
     *
     * @param remedy what the operator can do, as a sentence
     */
    public StartRefused(String message, String remedy) {
        super(message);
        this.remedy = remedy;
    }

    /**
     * Anything else that is to be changed first, and why.
     *
     * @param remedy what the operator can do, as a sentence
     */
    public StartRefused(String message, String remedy, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    /** What the operator can do, as a sentence. */
    public String remedy() {
        return remedy;
    }
}
