package dev.nextact.core;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Turns texts into vectors, such that those of like meaning are near to each other; it learns
 * nothing. Thread-safe.
 */
public interface TextEncoder {

    /** Refuses every text: for configs that read none. */
    TextEncoder NONE =
            new TextEncoder() {
                @Override
                public String checksum() {
                    return "";
                }

                @Override
                public float[][] encode(List<String> texts) {
                    throw new IllegalStateException("no text is read here");
                }
            };

    /** SHA-256 of the model: the same vectors come only of the same one. */
    String checksum();

    /**
     * @return a vector of length 1 for each text
     */
    float[][] encode(List<String> texts);

    /** Brings an encoder to the class path. */
    interface Provider {
        /**
         * @param cache directory of vectors that were worked out before
         */
        TextEncoder open(Path cache);
    }

    /**
     * The one on the class path.
     *
     * @param cache directory of vectors that were worked out before
     * @throws NextactException where there is none
     */
    static TextEncoder find(Path cache) {
        return ServiceLoader.load(Provider.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new NextactException(
                                        NextactException.Category.USAGE,
                                        "model.item_text needs the module text, which is not on the"
                                                + " class path. Build it with `mvn package"
                                                + " -DskipTests -pl text -am` (it downloads a"
                                                + " sentence model of 16 MB) and run ./nextact"
                                                + " again"))
                .open(cache);
    }
}
