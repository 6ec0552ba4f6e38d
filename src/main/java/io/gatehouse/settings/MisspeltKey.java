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
                .filter(known -> slips(key, known) >= 0)
                .min(Comparator.comparingInt(known -> slips(key, known)));
    }

    private static int slips(String key, MilvusKey known) {
        return DISTANCE.apply(key.toLowerCase(Locale.ROOT), known.key().toLowerCase(Locale.ROOT));
    }
}
