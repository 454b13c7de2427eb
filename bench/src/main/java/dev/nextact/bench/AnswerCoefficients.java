package dev.nextact.bench;

import dev.nextact.core.Behaviours;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SeenItems;
import dev.nextact.core.plan.Coefficient;
import dev.nextact.core.plan.Workload.Training;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.PredictNext;
import dev.nextact.predict.Shoppers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What an answer takes over two catalogs of random vectors, in this process. */
final class AnswerCoefficients {

    private static final int FEW_ITEMS = 12_000;
    private static final int MANY_ITEMS = 100_000;
    private static final int TOKENS = 25;
    private static final int TOP = 10;

    private final Path directory;
    private final int shoppers;
    private final CoefficientLines figures;
    private final Progress progress;

    /**
     * @param directory for models and answers
     * @param shoppers that are answered
     */
    AnswerCoefficients(Path directory, int shoppers, CoefficientLines figures, Progress progress) {
        this.directory = directory;
        this.shoppers = shoppers;
        this.figures = figures;
        this.progress = progress;
    }

    void measure() throws IOException {
        double few = answer(FEW_ITEMS);
        double many = answer(MANY_ITEMS);
        double width = 64;
        double item = (many - few) / (MANY_ITEMS - FEW_ITEMS) / width;
        double encoding =
                TOKENS
                        * new Training(64, 2, ServingShop.LENGTH, 1, 1)
                                .encoderMultiplications((TOKENS + 1) / 2.0);
        String how =
                String.format(
                        Locale.ROOT,
                        "%,d histories of %d events, %,d and %,d items: %.2f and %.2f ms an answer",
                        shoppers,
                        TOKENS,
                        FEW_ITEMS,
                        MANY_ITEMS,
                        few / CoefficientLines.MILLI,
                        many / CoefficientLines.MILLI);
        figures.tell(Coefficient.SCORE_ITEM, item / CoefficientLines.NANO, how);
        figures.tell(
                Coefficient.SCORE_MULTIPLY,
                Math.max(0, few - item * FEW_ITEMS * width) / encoding / CoefficientLines.NANO,
                how);
    }

    /** Seconds that a shopper takes. */
    private double answer(int items) throws IOException {
        Path shop = directory.resolve("answers-" + items);
        new ServingShop(shop, items).write("");
        Bundle bundle = Bundle.newest(shop.resolve("work/models"), "m" + items);
        Path out = shop.resolve("next.parquet");
        ask(bundle, log(bundle, Math.max(64, shoppers / 10)), out);
        EventLog log = log(bundle, shoppers);
        long started = ThreadTime.nanos();
        ask(bundle, log, out);
        double seconds = (ThreadTime.nanos() - started) * CoefficientLines.NANO / shoppers;
        if (items == MANY_ITEMS) {
            figures.tell(
                    Coefficient.SCORE_ROW_BYTES,
                    Files.size(out) / ((double) shoppers * TOP),
                    "a Parquet file of answers over 100,000 items");
        }
        return seconds;
    }

    private void ask(Bundle bundle, EventLog log, Path out) {
        new PredictNext()
                .run(
                        bundle,
                        Optional.of(log),
                        new PredictNext.Request(
                                new Shoppers.All(), TOP, Optional.of(SeenItems.KEEP)),
                        out,
                        progress);
    }

    private static EventLog log(Bundle bundle, int shoppers) {
        Random random = new Random(5);
        EventSequences.Builder sequences = new EventSequences.Builder(shoppers * TOKENS);
        List<String> ids = new ArrayList<>();
        for (int user = 0; user < shoppers; user++) {
            for (int t = 0; t < TOKENS; t++) {
                sequences.event(
                        1 + random.nextInt(bundle.catalog().size()),
                        (byte) random.nextInt(ServingShop.BEHAVIOURS.size()),
                        1_750_000_000_000_000L + t * 1_000_000L);
            }
            sequences.endUser();
            ids.add("shopper-" + user);
        }
        Map<String, List<String>> behaviours = new LinkedHashMap<>();
        ServingShop.BEHAVIOURS.forEach(name -> behaviours.put(name, List.of(name)));
        return new EventLog(
                bundle.catalog(), ids, Behaviours.of(behaviours), sequences.build(), "random");
    }
}
