package dev.nextact.simulator;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.nextact.core.Catalog;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A simulated shop on disk. Its truth needs no more room than its settings: from them the oracle is
 * built again.
 */
public record SimulatedShop(Path directory, SimulationSettings settings) {

    /** Of the generator's law; a truth of another version describes another shop. */
    static final int VERSION = 2;

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private record Truth(int version, SimulationSettings settings) {}

    /** Finds the shop that {@link SimulateShop} has written there. */
    public static SimulatedShop open(Path directory) {
        Path file = directory.resolve("truth.json");
        try {
            JsonNode truth = JSON.readTree(Files.readString(file));
            int version = truth.path("version").asInt(VERSION);
            if (version != VERSION) {
                throw NextactException.input(
                        "%s: simulator version %d, but this nextact knows version %d; simulate the"
                                + " shop again",
                        file, version, VERSION);
            }
            return new SimulatedShop(directory, JSON.treeToValue(truth, Truth.class).settings());
        } catch (JacksonException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    file + ": not the truth of a simulated shop: " + e.getOriginalMessage(),
                    e);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    file + ": cannot be read; is this the directory of a simulated shop?",
                    e);
        }
    }

    void writeTruth() throws IOException {
        Files.writeString(
                directory.resolve("truth.json"),
                JSON.writeValueAsString(new Truth(VERSION, settings)) + "\n");
    }

    /** The log: user_id, item_id, event_type, event_time, category, brand, price, session. */
    public Path eventsFile() {
        return directory.resolve("events.csv");
    }

    /** The items: id, category, brand, price, title. */
    public Path itemsFile() {
        return directory.resolve("items.csv");
    }

    /** A config ready to prepare, train and evaluate. */
    public Path configFile() {
        return directory.resolve("shop.yaml");
    }

    /** The ids of the items that wait for the launch. */
    public List<String> launchedItems() {
        Assortment assortment = new Assortment(settings);
        return IntStream.range(0, assortment.size())
                .filter(assortment::isLaunched)
                .mapToObj(item -> assortment.item(item).id())
                .toList();
    }

    /** The truth about the next item, for histories and scores in the items of a catalog. */
    public Oracle oracle(Catalog catalog) {
        return new Oracle(settings, catalog);
    }
}
