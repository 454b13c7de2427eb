package dev.nextact.cli;

import dev.nextact.core.EventLog;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Shoppers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --user} and {@code --history}. */
final class ShopperOptions {

    @Option(
            names = "--user",
            paramLabel = "ID",
            description =
                    "A shopper of the log, by id or pseudonym; may be given several times (default: all).")
    private List<String> users = new ArrayList<>();

    @Option(
            names = "--history",
            paramLabel = "ITEM[:BEHAVIOUR][?FIELD=VALUE&…]",
            split = ",",
            description = "What a shopper who is in no log did, oldest first.")
    private List<String> history = new ArrayList<>();

    @Option(
            names = "--fact",
            paramLabel = "FIELD=VALUE",
            description = "What is known of the shopper of --history; may be given several times.")
    private Map<String, String> facts = new LinkedHashMap<>();

    /**
     * @param spec of the command, for its errors
     * @param config by which ids have pseudonyms
     */
    Shoppers read(CommandSpec spec, ConfigOptions config) {
        if (!history.isEmpty() && !users.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--user is for shoppers of the log and --history for one who is in none; give"
                            + " one of them");
        }
        if (!history.isEmpty()) {
            return new Shoppers.Unseen(history, facts);
        }
        return users.isEmpty() ? new Shoppers.All() : new Shoppers.Chosen(kept(config));
    }

    /** As the log names them. */
    private List<String> kept(ConfigOptions config) {
        Pseudonyms pseudonyms = Pseudonyms.of(config.read());
        return users.stream().map(pseudonyms::ofAsked).toList();
    }

    /**
     * The log of the shoppers; none is needed for a handed-in history.
     *
     * @param bundle that reads it
     */
    Optional<EventLog> log(ConfigOptions config, Bundle bundle) {
        return history.isEmpty()
                ? Optional.of(
                        PreparedData.openAsOfTheEnd(
                                config.read().preparedDirectory(), bundle.fields()))
                : Optional.empty();
    }
}
