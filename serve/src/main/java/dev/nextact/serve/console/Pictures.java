package dev.nextact.serve.console;

import dev.nextact.serve.http.Problem;
import dev.nextact.serve.live.LiveModel;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Pictures of items, out of a folder of the shop's: no other host is asked for them, and nothing
 * outside the folder is shown. Thread-safe.
 */
final class Pictures {

    /** The fact about an item that names its picture. */
    static final String FACT = "image";

    private static final long MOST_BYTES = 2_000_000;

    /** No SVG: it may hold scripts. */
    private static final Map<String, String> TYPES =
            Map.of(
                    "jpg", "image/jpeg",
                    "jpeg", "image/jpeg",
                    "png", "image/png",
                    "webp", "image/webp",
                    "avif", "image/avif",
                    "gif", "image/gif");

    private final Optional<Path> folder;

    Pictures(Optional<Path> folder) {
        this.folder = folder;
    }

    /** Where the page finds an item's picture; empty where there is none. */
    String address(LiveModel model, int item) {
        boolean isNamed =
                folder.isPresent()
                        && model.attributes().fields().contains(FACT)
                        && !model.attributes().text(FACT, item).isEmpty();
        return isNamed ? View.path("picture", "item", model.bundle().catalog().id(item)) : "";
    }

    /**
     * Answers with an item's picture.
     *
     * @throws Problem where there is none, or what its fact names is no picture of the folder
     */
    void answer(Context ctx, LiveModel model, int item) {
        if (item == 0 || address(model, item).isEmpty()) {
            throw none();
        }
        String name = model.attributes().text(FACT, item);
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
        try {
            Path root = folder.orElseThrow().toRealPath();
            Path file = root.resolve(name).normalize();
            if (type == null || !Files.isRegularFile(file)) {
                throw none();
            }
            // links are followed before it is asked where they lead
            if (!file.toRealPath().startsWith(root) || Files.size(file) > MOST_BYTES) {
                throw none();
            }
            ctx.contentType(type)
                    .header("Cache-Control", "private, max-age=3600")
                    .result(Files.readAllBytes(file));
        } catch (IOException | IllegalArgumentException e) {
            throw none();
        }
    }

    private static Problem none() {
        return Problem.of(404, "Not found", "There is no picture of this item");
    }
}
