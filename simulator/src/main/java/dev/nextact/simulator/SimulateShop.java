package dev.nextact.simulator;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Simulates a shop: writes its log, its items, a config to learn from them, and the settings from
 * which the truth can be rebuilt.
 */
public final class SimulateShop {

    /**
     * @param users in the log
     * @param items in {@code items.csv}, those nobody touched included
     */
    public record Result(SimulatedShop shop, int users, int items, int events) {}

    private static final int USERS_PER_REPORT = 100;

    public Result run(SimulationSettings settings, Path out, Progress progress) {
        ShoppingModel model = new ShoppingModel(settings);
        PackedLog log = simulate(model, settings, progress);
        SimulatedShop shop = new SimulatedShop(out, settings);
        try {
            Files.createDirectories(out);
            writeEvents(model, log, shop.eventsFile());
            writeItems(model, shop.itemsFile());
            writeConfig(settings, shop.configFile());
            shop.writeTruth();
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    out
                            + ": the simulated shop cannot be written there ("
                            + e.getMessage()
                            + "); choose a directory with write permission and free space",
                    e);
        }
        return new Result(shop, settings.users(), settings.items(), log.size());
    }

    /** All shoppers' acts as the shop's server would log them: in the order of time. */
    private static PackedLog simulate(
            ShoppingModel model, SimulationSettings settings, Progress progress) {
        PackedLog log = new PackedLog(model.assortment().size());
        try (Progress.Task task = progress.start("simulate", settings.users(), "shoppers")) {
            for (int user = 0; user < settings.users(); user++) {
                for (Shopper.LoggedAct logged : Shopper.live(model, settings.seed(), user)) {
                    log.add(user, logged);
                }
                if ((user + 1) % USERS_PER_REPORT == 0) {
                    task.at(user + 1L, log.size() + " events");
                }
            }
        }
        return log;
    }

    private static void writeEvents(ShoppingModel model, PackedLog log, Path file)
            throws IOException {
        String[] items = new String[model.assortment().size()];
        String[] facts = new String[items.length];
        for (int i = 0; i < items.length; i++) {
            Assortment.Item item = model.assortment().item(i);
            items[i] = "," + item.id() + ",";
            facts[i] =
                    String.join(
                            ",",
                            "",
                            model.assortment().categoryName(item.category()),
                            Assortment.BRANDS.get(item.brand()),
                            price(item),
                            "");
        }
        try (Writer csv = Files.newBufferedWriter(file)) {
            csv.write("user_id,item_id,event_type,event_time,category,brand,price,session\n");
            StringBuilder row = new StringBuilder();
            log.forEachInOrder(
                    (user, second, session, item, behaviour) -> {
                        row.setLength(0);
                        row.append('u').append(100_001 + user).append(items[item]);
                        row.append(Act.BEHAVIOURS.get(behaviour)).append(',');
                        row.append(Calendar.START.plusSeconds(second)).append(facts[item]);
                        row.append('u').append(100_001 + user).append('-').append(session + 1);
                        csv.append(row.append('\n'));
                    });
        }
    }

    private static void writeItems(ShoppingModel model, Path file) throws IOException {
        try (Writer csv = Files.newBufferedWriter(file)) {
            csv.write("id,category,brand,price,title\n");
            for (Assortment.Item item : model.assortment().items()) {
                csv.write(
                        String.join(
                                ",",
                                item.id(),
                                model.assortment().categoryName(item.category()),
                                Assortment.BRANDS.get(item.brand()),
                                price(item),
                                item.title()));
                csv.write('\n');
            }
        }
    }

    private static String price(Assortment.Item item) {
        return String.format(
                Locale.ROOT, "%d.%02d", item.priceCents() / 100, item.priceCents() % 100);
    }

    private static void writeConfig(SimulationSettings settings, Path file) throws IOException {
        try (InputStream template = SimulateShop.class.getResourceAsStream("shop.yaml")) {
            if (template == null) {
                throw new IllegalStateException("resource shop.yaml is missing");
            }
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            Files.writeString(file, text.replace("${seed}", Long.toString(settings.seed())));
        }
    }
}
