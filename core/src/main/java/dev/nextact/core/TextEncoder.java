package dev.nextact.core;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

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

    /**
     * The one on the class path, looked for when the first text is to be read.
     *
     * @param cache directory of vectors that were worked out before; empty = every text is run, by
     *     any number of threads
     */
    static TextEncoder onDemand(Optional<Path> cache) {
        return new TextEncoder() {
            private @Nullable TextEncoder found;

            private synchronized TextEncoder found() {
                if (found == null) {
                    found = cache.isPresent() ? find(cache.get()) : provider().open();
                }
                return found;
            }

            @Override
            public String checksum() {
                return found().checksum();
            }

            @Override
            public float[][] encode(List<String> texts) {
                return found().encode(texts);
            }
        };
    }

    /** Brings an encoder to the class path. */
    interface Provider {
        /**
         * @param cache directory of vectors that were worked out before
         */
        TextEncoder open(Path cache);

        /** One that keeps nothing: for texts that come one by one. */
        TextEncoder open();
    }

    /**
     * The one on the class path.
     *
     * @param cache directory of vectors that were worked out before
     * @throws NextactException where there is none
     */
    static TextEncoder find(Path cache) {
        return provider().open(cache);
    }

    private static Provider provider() {
        return ServiceLoader.load(Provider.class)
                .findFirst()
                .orElseThrow(
                        () ->
                                new NextactException(
                                        NextactException.Category.USAGE,
                                        "texts are read by the module text, which is not on the"
                                                + " class path. Build it with `mvn package"
                                                + " -DskipTests -pl text -am` (it downloads a"
                                                + " sentence model of 16 MB) and run ./nextact"
                                                + " again"));
    }
}
