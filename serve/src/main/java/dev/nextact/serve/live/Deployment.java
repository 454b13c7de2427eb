package dev.nextact.serve.live;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of a model are served; {@code models/<name>/served.json}. Servers look at the file
 * every second.
 *
 * @param champion answers
 * @param previous earlier champions, the latest last
 * @param challenger answers a share of the shoppers instead, if there is one
 * @param shadow is asked everything, and only compared, if there is one
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Deployment(
        int champion,
        List<Integer> previous,
        @Nullable Challenger challenger,
        @Nullable Integer shadow) {

    /** Champions remembered for going back. */
    private static final int REMEMBERED = 20;

    private static final String FILE = "served.json";

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    /**
     * @param share of the shoppers, by a hash of their id, above 0 and at most 1
     */
    public record Challenger(int version, double share) {
        public Challenger {
            if (!(share > 0 && share <= 1)) {
                throw new IllegalArgumentException(
                        "share: expected above 0 and at most 1, found " + share);
            }
        }
    }

    public Deployment {
        if (champion < 1) {
            throw new IllegalArgumentException(
                    "champion: expected a version from 1 on, found " + champion);
        }
        previous = previous == null ? List.of() : List.copyOf(previous);
    }

    /** One version alone. */
    public static Deployment of(int champion) {
        return new Deployment(champion, List.of(), null, null);
    }

    /** This version answers from now on; it is challenger and shadow no longer. */
    public Deployment promote(int version) {
        if (version == champion) {
            return this;
        }
        List<Integer> before = new ArrayList<>(previous);
        before.add(champion);
        return new Deployment(
                version,
                before.subList(Math.max(0, before.size() - REMEMBERED), before.size()),
                challenger != null && challenger.version() == version ? null : challenger,
                shadow != null && shadow == version ? null : shadow);
    }

    /**
     * The champion before this one answers again.
     *
     * @throws NextactException of category BUNDLE when there was none
     */
    public Deployment rollback() {
        if (previous.isEmpty()) {
            throw NextactException.bundle(
                    "version %d is the first that was served; there is none to go back to",
                    champion);
        }
        return new Deployment(
                previous.get(previous.size() - 1),
                previous.subList(0, previous.size() - 1),
                challenger,
                shadow);
    }

    public Deployment withChallenger(@Nullable Challenger other) {
        return new Deployment(champion, previous, other, shadow);
    }

    public Deployment withShadow(@Nullable Integer other) {
        return new Deployment(champion, previous, challenger, other);
    }

    /** All that must be open. */
    Set<Integer> versions() {
        Set<Integer> versions = new TreeSet<>(List.of(champion));
        if (challenger != null) {
            versions.add(challenger.version());
        }
        if (shadow != null) {
            versions.add(shadow);
        }
        return versions;
    }

    /**
     * @param ofName the directory of a model's versions
     * @return empty where nothing was ever promoted
     * @throws NextactException of category BUNDLE when the file says something else
     */
    public static Optional<Deployment> read(Path ofName) {
        Path file = ofName.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(file.toFile(), Deployment.class));
        } catch (IOException e) {
            throw new NextactException(
                    Category.BUNDLE,
                    "cannot read "
                            + file
                            + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + ". `nextact models promote` writes it anew",
                    e);
        }
    }

    /** Servers take it up within a second. */
    public void write(Path ofName) {
        try {
            AtomicFiles.write(ofName.resolve(FILE), JSON.writeValueAsString(this) + "\n");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    "cannot write " + ofName.resolve(FILE) + ": " + e.getMessage(),
                    e);
        }
    }
}
