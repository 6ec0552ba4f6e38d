package io.gatehouse.settings;

/** A value that Spring takes as it is written: in a {@link String} it would replace <code>${…}</code> by another setting. */
record LiteralText(String text) implements CharSequence {

    @Override
    public int length() {
        return text.length();
    }

    @Override
    public char charAt(int index) {
        return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
        return text.subSequence(start, end);
    }

    @Override
    public String toString() {
        return text;
    }
}
