package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.demand.PlannedPrice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemandReaderIT {

    private static final Clock NOW =
            Clock.fixed(Instant.parse("2020-01-01T00:00:00Z"), ZoneOffset.UTC);

    /** Weeks of October 2019 count back from the 22nd: the 1st, the 8th, the 15th. */
    private static final List<String> LOG =
            List.of(
                    "u1,tea,buy,2019-10-01T09:00:00Z,2.50,3,drinks",
                    "u1,tea,buy,2019-10-02T09:00:00Z,4.50,1,drinks",
                    "u2,tea,buy,2019-10-03T09:00:00Z,2.50,90,drinks",
                    "u2,tea,buy,2019-10-03T09:30:00Z,2.50,-90,drinks", // taken back at once
                    "u1,cup,pv,2019-10-09T09:00:00Z,5,1,things",
                    "u1,cup,cart,2019-10-09T09:01:00Z,5,1,things",
                    "u1,tea,buy,2019-10-15T09:00:00Z,0,2,drinks", // for nothing
                    "u1,tea,buy,2019-10-16T09:00:00Z,2.50,-4,drinks", // more than that week sold
                    "u3,cup,buy,2019-10-21T23:59:59Z,5,1,things");

    @TempDir private Path shop;

    private Path prepare(List<String> rows) throws IOException {
        Files.writeString(
                shop.resolve("log.csv"),
                "user,item,act,time,price,quantity,category\n" + String.join("\n", rows) + "\n");
        Files.writeString(shop.resolve("items.csv"), "id,cat,price\npot,things,12\ntea,drinks,2\n");
        Path yaml =
                Files.writeString(
                        shop.resolve("shop.yaml"),
                        """
                        sources:
                          - path: log.csv
                            columns: {user: user, item: item, behaviour: act, time: time,
                                      price: price, quantity: quantity, category: category}
                        items: [{path: items.csv, columns: {item: id, category: cat, price: price}}]
                        behaviours: {view: [pv], cart: [cart], purchase: [buy]}
                        """);
        ShopConfig config = ShopConfigReader.read(yaml, Map.of());
        new PrepareData(NOW).run(config, Progress.silent());
        return config.preparedDirectory();
    }

    /** The prepared shop with a table of prices beside it. */
    private ShopConfig withPrices(String... rows) throws IOException {
        prepare(LOG);
        Files.writeString(
                shop.resolve("plan.csv"),
                "sku,start,end,price,told\n" + String.join("\n", rows) + "\n");
        Path yaml = shop.resolve("shop.yaml");
        Files.writeString(
                yaml,
                Files.readString(yaml)
                        + """
                        tasks:
                          demand:
                            prices:
                              path: plan.csv
                              columns: {item: sku, from: start, to: end, price: price, announced: told}
                        """);
        return ShopConfigReader.read(yaml, Map.of());
    }

    @Test
    void pricesToComeAreReadFromTheirTable() throws IOException {
        ShopConfig config =
                withPrices(
                        "tea,2019-10-22,2019-10-28,\"1,99\",2019-10-20",
                        "tea,2019-10-08,2019-10-08T12:00:00Z,2,");
        DemandPanel panel =
                DemandReader.of(config, DemandPeriod.WEEK).read("purchase", Optional.empty());
        assertThat(panel.context().prices().get("tea"))
                .containsExactly(
                        new PlannedPrice(
                                micros("2019-10-22T00:00:00Z"),
                                micros("2019-10-29T00:00:00Z"), // the last day is a whole one
                                1.99f,
                                micros("2019-10-20T00:00:00Z")),
                        new PlannedPrice(
                                micros("2019-10-08T00:00:00Z"),
                                micros("2019-10-08T12:00:00Z"),
                                2,
                                PlannedPrice.ALWAYS));
    }

    @Test
    void aPriceThatCannotBeReadIsRefusedWithItsLine() throws IOException {
        for (String[] bad :
                new String[][] {
                    {"tea,2019-10-22,soon,2,", "line 2: found 'soon' for to, expected a day"},
                    {"tea,2019-10-22,2019-10-20,2,", "line 2: it ends before it begins"},
                    {"tea,2019-10-22,2019-10-28,cheap,", "line 2: found the price 'cheap'"},
                    {",2019-10-22,2019-10-28,2,", "line 2: no item"}
                }) {
            ShopConfig config = withPrices(bad[0]);
            assertThatThrownBy(() -> DemandReader.of(config, DemandPeriod.WEEK))
                    .hasMessageContaining("plan.csv")
                    .hasMessageContaining(bad[1]);
        }
    }

    /**
     * A cup two shoppers had to do with, tea three; before the cut-off of a week ago one of them.
     */
    @Test
    void itemsOfFewerThanKShoppersAreLeftOut() throws IOException {
        List<String> log = new ArrayList<>(LOG);
        log.add("u3,tea,pv,2019-10-20T09:00:00Z,2,1,drinks");
        prepare(log);
        Path yaml = shop.resolve("shop.yaml");
        Files.writeString(yaml, Files.readString(yaml) + "privacy: {k: 3}\n");
        DemandReader reader =
                DemandReader.of(ShopConfigReader.read(yaml, Map.of()), DemandPeriod.WEEK);

        assertThat(reader.read("purchase", Optional.empty()).series())
                .extracting(DemandSeries::item)
                .containsExactly("tea", "pot"); // which nobody has had: it tells of no one
        assertThat(reader.read("purchase", Optional.of(micros("2019-10-16T00:00:00Z"))).series())
                .extracting(DemandSeries::item)
                .containsExactly("pot");
    }

    private static DemandPanel weeks(Path prepared, Optional<Long> at) {
        return new DemandReader(prepared, DemandPeriod.WEEK).read("purchase", at);
    }

    private static long micros(String time) {
        return Instant.parse(time).toEpochMilli() * 1000;
    }

    @Test
    void unitsAreCountedFromWhereAnItemWasFirstSeen() throws IOException {
        DemandPanel panel = weeks(prepare(LOG), Optional.empty());
        assertThat(panel.periods()).isEqualTo(3);
        assertThat(panel.cutOffMicros()).isEqualTo(micros("2019-10-22T00:00:00Z"));
        assertThat(panel.signals()).containsExactly("view", "cart");
        DemandSeries tea = panel.byItem().get("tea");
        assertThat(tea.first()).isZero();
        // an order taken back in its week was none; the week without a row is a zero, and the
        // week that gave more back than it sold is one too
        assertThat(tea.units()).containsExactly(4, 0, 0);
        DemandSeries cup = panel.byItem().get("cup");
        assertThat(cup.first()).isEqualTo(1);
        assertThat(cup.units()).containsExactly(0, 1);
        assertThat(cup.signals()).isDeepEqualTo(new int[][] {{1, 0}, {1, 0}});
        assertThat(cup.category()).isEqualTo("things");
    }

    @Test
    void pricesAreMeansOfWhatWasPaid() throws IOException {
        DemandSeries tea = weeks(prepare(LOG), Optional.empty()).byItem().get("tea");
        assertThat(tea.prices()[0]).isBetween(2.5f, 2.6f); // 94 units, one of them at 4.50
        assertThat(tea.prices()[1]).isNaN();
        assertThat(tea.prices()[2]).isZero();
    }

    @Test
    void anItemOfATableAloneHasNoPeriod() throws IOException {
        DemandSeries pot = weeks(prepare(LOG), Optional.empty()).byItem().get("pot");
        assertThat(pot.size()).isZero();
        assertThat(pot.category()).isEqualTo("things");
        assertThat(pot.listPrice()).isEqualTo(12);
    }

    @Test
    void whatComesAtOrAfterTheCutOffChangesNothing() throws IOException {
        Optional<Long> at = Optional.of(micros("2019-10-15T00:00:00Z"));
        DemandPanel known = weeks(prepare(LOG), at);
        List<String> more = new ArrayList<>(LOG);
        more.add("u9,tea,buy,2019-10-15T00:00:00Z,9,500,drinks");
        more.add("u2,tea,buy,2019-10-15T10:00:00Z,2.50,-1,drinks");
        more.add("u9,pen,buy,2019-10-30T09:00:00Z,9,500,drinks");
        DemandPanel later = weeks(prepare(more), at);
        assertThat(later).isEqualTo(known);
        assertThat(known.byItem().get("tea").units()).containsExactly(4, 0);
        DemandPanel whole = weeks(prepare(LOG), Optional.empty());
        assertThat(whole.before(2).byItem().get("tea")).isEqualTo(known.byItem().get("tea"));
    }

    @Test
    void aLogShorterThanAPeriodIsRefused() throws IOException {
        Path prepared = prepare(LOG.subList(0, 1));
        assertThatThrownBy(() -> weeks(prepared, Optional.empty()))
                .hasMessageContaining("less than one week before the cut-off");
        assertThatThrownBy(
                        () ->
                                new DemandReader(prepared, DemandPeriod.DAY)
                                        .read("order", Optional.empty()))
                .hasMessageContaining("know no behaviour order, but view, cart, purchase");
    }
}
