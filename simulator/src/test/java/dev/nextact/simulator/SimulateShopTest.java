package dev.nextact.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.nextact.core.Catalog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SimulateShopTest {

    private static final SimulationSettings SETTINGS =
            SimulationSettings.defaults().withUsers(400).withDays(50).withCategories(8);

    @TempDir private Path directory;

    private record Row(
            String user,
            String item,
            String behaviour,
            Instant time,
            String price,
            String session) {
        static Row of(String line) {
            String[] cells = line.split(",", -1);
            return new Row(
                    cells[0], cells[1], cells[2], Instant.parse(cells[3]), cells[6], cells[7]);
        }

        int day() {
            return (int) Duration.between(Calendar.START, time).toDays();
        }
    }

    private SimulateShop.Result simulate(SimulationSettings settings, String name) {
        return new SimulateShop().run(settings, directory.resolve(name), Progress.silent());
    }

    private List<Row> log() throws IOException {
        Path events = simulate(SETTINGS, "shop").shop().eventsFile();
        return Files.readAllLines(events).stream().skip(1).map(Row::of).toList();
    }

    @Test
    void theFilesHaveTheirColumnsAndEveryEvent() throws IOException {
        SimulateShop.Result result = simulate(SETTINGS, "shop");

        List<String> events = Files.readAllLines(result.shop().eventsFile());
        assertThat(events.get(0))
                .isEqualTo("user_id,item_id,event_type,event_time,category,brand,price,session");
        assertThat(events).hasSize(result.events() + 1);
        assertThat(events.subList(1, events.size()))
                .allMatch(
                        line ->
                                line.matches(
                                        "u\\d+,i\\d+,(view|cart|purchase),"
                                                + "2025-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ,"
                                                + "[a-z]+\\.[a-z-]+,[A-Z][a-z]+,\\d+\\.\\d\\d,u\\d+-\\d+"));
        List<String> items = Files.readAllLines(result.shop().itemsFile());
        assertThat(items.get(0)).isEqualTo("id,category,brand,price,title");
        assertThat(items).hasSize(SETTINGS.items() + 1);
        assertThat(result.items()).isEqualTo(SETTINGS.items());
        Set<String> users = new HashSet<>();
        events.stream().skip(1).forEach(line -> users.add(Row.of(line).user()));
        assertThat(users).hasSize(SETTINGS.users()).hasSize(result.users());
    }

    @Test
    void theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws IOException {
        simulate(SETTINGS, "one");
        simulate(SETTINGS, "two");
        simulate(SETTINGS.withSeed(43), "other");

        for (String file : List.of("events.csv", "items.csv", "shop.yaml", "truth.json")) {
            byte[] one = Files.readAllBytes(directory.resolve("one").resolve(file));
            assertThat(Files.readAllBytes(directory.resolve("two").resolve(file))).isEqualTo(one);
            assertThat(Files.readAllBytes(directory.resolve("other").resolve(file)))
                    .isNotEqualTo(one);
        }
    }

    @Test
    void rowsAreInTheOrderOfTimeAndWithinTheDays() throws IOException {
        List<Row> log = log();
        assertThat(log).extracting(Row::time).isSorted();
        // a session that begins before midnight may end after it
        assertThat(log).extracting(Row::day).allMatch(day -> day >= 0 && day <= SETTINGS.days());
    }

    @Test
    void nothingIsPutIntoTheCartUnseenAndNothingBoughtThatIsNotInTheCart() throws IOException {
        Map<String, Set<String>> viewed = new HashMap<>();
        Map<String, List<String>> cart = new HashMap<>();
        int purchases = 0;
        for (Row row : log()) {
            Set<String> seen = viewed.computeIfAbsent(row.user(), u -> new HashSet<>());
            List<String> inCart = cart.computeIfAbsent(row.session(), s -> new ArrayList<>());
            switch (row.behaviour()) {
                case "view" -> seen.add(row.item());
                case "cart" -> {
                    assertThat(seen).contains(row.item());
                    inCart.add(row.item());
                }
                default -> {
                    assertThat(inCart.remove(row.item())).isTrue();
                    purchases++;
                }
            }
        }
        assertThat(purchases).isPositive();
    }

    @Test
    void sessionsAreWhatTheGapsShow() throws IOException {
        Map<String, Row> last = new HashMap<>();
        for (Row row : log()) {
            Row before = last.put(row.user(), row);
            if (before != null) {
                boolean gap =
                        Duration.between(before.time(), row.time()).toSeconds()
                                > Calendar.SESSION_GAP_SECONDS;
                assertThat(row.session().equals(before.session())).isEqualTo(!gap);
            }
        }
    }

    @Test
    void newItemsAreNeverTouchedBeforeTheirDay() throws IOException {
        ShoppingModel model = new ShoppingModel(SETTINGS);
        Map<String, Integer> firstDay = new HashMap<>();
        for (Assortment.Item item : model.assortment().items()) {
            firstDay.put(item.id(), SETTINGS.days() * item.stage() / 5);
        }
        assertThat(firstDay).containsValues(0, 10, 20, 30);
        Set<String> newItemsSold = new HashSet<>();
        for (Row row : log()) {
            assertThat(row.day()).isGreaterThanOrEqualTo(firstDay.get(row.item()));
            if (firstDay.get(row.item()) > 0) {
                newItemsSold.add(row.item());
            }
        }
        assertThat(newItemsSold).isNotEmpty();
    }

    @Test
    void weekendsAndEveningsAreBusier() throws IOException {
        int[] days = new int[7];
        int[] hours = new int[24];
        Set<String> sessions = new HashSet<>();
        for (Row row : log()) {
            if (row.day() < 49 && sessions.add(row.session())) {
                days[row.time().atZone(ZoneOffset.UTC).getDayOfWeek().getValue() - 1]++;
                hours[row.time().atZone(ZoneOffset.UTC).getHour()]++;
            }
        }
        assertThat(days[5]).isGreaterThan(days[0] * 5 / 4);
        assertThat(days[6]).isGreaterThan(days[1] * 5 / 4);
        assertThat(hours[20]).isGreaterThan(hours[9] * 2);
        assertThat(hours[3]).isZero();
    }

    /** With 5 % leaving after each session, few of the early shoppers are left at the end. */
    @Test
    void peopleLeaveForGood() {
        ShoppingModel model = new ShoppingModel(SETTINGS.withDays(1000));
        int stillThere = 0;
        for (int user = 0; user < 200; user++) {
            List<Shopper.LoggedAct> log = Shopper.live(model, 1, user);
            long lastDay = log.get(log.size() - 1).second() / Calendar.SECONDS_PER_DAY;
            stillThere += lastDay > 940 ? 1 : 0;
        }
        // arrived by day 600, 340 days and 34 to 119 sessions ago: 0.95^34 = 17 % at most
        assertThat(stillThere).isLessThan(200 * 17 / 100);
    }

    @Test
    void theConfigNamesTheFilesAndTheirColumns() throws IOException {
        SimulatedShop shop = simulate(SETTINGS.withSeed(7), "shop").shop();
        JsonNode config = new YAMLMapper().readTree(shop.configFile().toFile());
        JsonNode source = config.at("/sources/0");
        assertThat(source.at("/path").asText()).isEqualTo("events.csv");
        List<String> header = List.of(Files.readAllLines(shop.eventsFile()).get(0).split(",", -1));
        source.at("/columns").forEach(column -> assertThat(header).contains(column.asText()));
        assertThat(config.at("/train/seed").asLong()).isEqualTo(7);
        List<String> behaviours = new ArrayList<>();
        config.at("/behaviours").fieldNames().forEachRemaining(behaviours::add);
        assertThat(behaviours).isEqualTo(Act.BEHAVIOURS);
    }

    @Test
    void theShopOpensAgainWithItsTruth() {
        SimulatedShop shop = simulate(SETTINGS, "shop").shop();
        SimulatedShop opened = SimulatedShop.open(shop.directory());
        assertThat(opened).isEqualTo(shop);
        float[][] scores = new float[1][3];
        opened.oracle(Catalog.of(List.of("i10001", "i10002")))
                .score(
                        List.of(
                                dev.nextact.core.EventSequence.of(
                                        -1, new int[0], new byte[0], new long[0])),
                        scores);
        assertThat(scores[0][1]).isPositive();
    }

    @Test
    void nothingIsSeenOfLaunchedItemsBeforeTheirLaunch() throws IOException {
        SimulationSettings settings =
                SimulationSettings.defaults()
                        .withUsers(60)
                        .withDays(20)
                        .withCategories(8)
                        .withLines(12)
                        .withLaunchDays(5);
        SimulatedShop shop = new SimulateShop().run(settings, directory, Progress.silent()).shop();
        List<String> launched = shop.launchedItems();
        String launch = Calendar.START.plusSeconds(15 * Calendar.SECONDS_PER_DAY).toString();

        assertThat(settings.items()).isEqualTo(576);
        assertThat(launched.size()).isBetween(30, 85);
        List<String[]> events =
                Files.readAllLines(shop.eventsFile()).stream()
                        .skip(1)
                        .map(line -> line.split(","))
                        .filter(event -> launched.contains(event[1]))
                        .toList();
        assertThat(events).isNotEmpty();
        assertThat(events).allMatch(event -> event[3].compareTo(launch) >= 0);
        assertThat(SimulatedShop.open(directory).launchedItems()).isEqualTo(launched);
    }

    @Test
    void whatIsNoSimulatedShopIsSaidToBeNone() throws IOException {
        assertThatThrownBy(() -> SimulatedShop.open(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("truth.json")
                .hasMessageContaining("cannot be read");

        Files.writeString(directory.resolve("truth.json"), "{\"version\": 2}");
        assertThatThrownBy(() -> SimulatedShop.open(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("not the truth of a simulated shop");

        Files.writeString(
                directory.resolve("truth.json"),
                "{\"version\": 99, \"settings\": {\"users\": 10, \"days\": 10, \"seed\": 1,"
                        + " \"categories\": 4}}");
        assertThatThrownBy(() -> SimulatedShop.open(directory))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThatThrownBy(() -> new SimulateShop().run(SETTINGS, file, Progress.silent()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(file.toString());
    }
}
