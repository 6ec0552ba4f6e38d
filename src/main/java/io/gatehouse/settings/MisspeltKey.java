package io.gatehouse.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** Finds the key that was meant by one that does not exist. */
final class MisspeltKey {

    /** Two slips of the keyboard; with three, {@code proxy.maxTaskNum} would come near {@code proxy.maxUserNum}. */
    private static final int MOST_SLIPS = 2;

    private static final LevenshteinDistance DISTANCE = new LevenshteinDistance(MOST_SLIPS);

    private MisspeltKey() {}

    static Optional<MilvusKey> meant(String key) {
        return Arrays.stream(MilvusKey.values())
                .filter(known -> slips(key, known.key()) >= 0)
                .min(Comparator.comparingInt(known -> slips(key, known.key())));
    }

    /** How many slips of the keyboard make one name of another; -1 when it takes more than one makes by mistake. */
    static int slips(String name, String known) {
        return DISTANCE.apply(name.toLowerCase(Locale.ROOT), known.toLowerCase(Locale.ROOT));
    }
}
