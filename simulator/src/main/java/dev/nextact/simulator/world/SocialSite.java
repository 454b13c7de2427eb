package dev.nextact.simulator.world;

import dev.nextact.simulator.SimulationSettings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Readers who follow writers. A writer posts, mostly on a topic drawn anew, which nothing before
 * tells. The law: with probability {@value #BY_FOLLOWEES} a reader's next act of a visit takes the
 * newest topic of a writer it follows, one not taken in this visit yet, else one of its own three.
 * Who one follows stands in a table, each with the time since when; readers go on to follow others.
 */
final class SocialSite implements World {

    static final double BY_FOLLOWEES = 0.8;

    static final int TOPICS = 60;

    /** Of all accounts. */
    private static final double WRITERS = 0.06;

    private static final int FOLLOWED = 5;
    private static final double SAME_TOPIC = 0.3;
    private static final double DAYS_BETWEEN_POSTS = 0.5;
    private static final double DAYS_BETWEEN_VISITS = 2.5;
    private static final double GOES_ON = 0.7;
    private static final double FOLLOWS_ANOTHER = 0.02;
    private static final double LIKES = 0.7;

    private record Follow(int from, int to, long since) {}

    private static final class Account {
        final Chance chance;
        final int[] own;
        final Set<Integer> follows = new LinkedHashSet<>();
        final Set<Integer> taken = new TreeSet<>();
        int newest = -1;

        Account(long seed, int number) {
            chance = Chance.of(seed, number);
            own = chance.different(3, TOPICS);
        }
    }

    private final List<Account> accounts = new ArrayList<>();
    private final List<Follow> follows = new ArrayList<>();
    private final int writers;

    SocialSite(SimulationSettings settings) {
        writers =
                Math.min(
                        settings.users(),
                        Math.max(FOLLOWED + 1, (int) (settings.users() * WRITERS)));
        for (int number = 0; number < settings.users(); number++) {
            Account account = new Account(settings.seed(), number);
            accounts.add(account);
            if (number >= writers) {
                for (int writer : account.chance.different(FOLLOWED, writers)) {
                    follow(number, writer, 0);
                }
            }
        }
    }

    private void follow(int from, int to, long second) {
        if (accounts.get(from).follows.add(to)) {
            follows.add(new Follow(from, to, second));
        }
    }

    @Override
    public String log() {
        return "acts.csv";
    }

    @Override
    public String columns() {
        return "account,topic,act,time";
    }

    @Override
    public int items() {
        return TOPICS;
    }

    @Override
    public long arrives(int account) {
        return accounts.get(account).chance.after(0, DAYS_BETWEEN_VISITS);
    }

    @Override
    public long act(int number, long second, Rows rows) {
        Account account = accounts.get(number);
        return number < writers
                ? write(number, account, second, rows)
                : read(number, account, second, rows);
    }

    private long write(int number, Account writer, long second, Rows rows) {
        Chance chance = writer.chance;
        if (writer.newest < 0 || !chance.happens(SAME_TOPIC)) {
            writer.newest = chance.below(TOPICS);
        }
        add(rows, number, writer.newest, "post", second);
        return chance.after(second, DAYS_BETWEEN_POSTS);
    }

    private long read(int number, Account reader, long second, Rows rows) {
        Chance chance = reader.chance;
        List<Integer> fresh =
                reader.follows.stream()
                        .map(writer -> accounts.get(writer).newest)
                        .filter(topic -> topic >= 0 && !reader.taken.contains(topic))
                        .distinct()
                        .toList();
        boolean isOwn = fresh.isEmpty() || !chance.happens(BY_FOLLOWEES);
        int topic = isOwn ? reader.own[chance.below(reader.own.length)] : chance.of(fresh);
        String kind = isOwn ? "post" : chance.happens(LIKES) ? "like" : "reply";
        if (chance.happens(FOLLOWS_ANOTHER)) {
            int writer = chance.below(writers);
            if (accounts.get(writer).newest >= 0 && !reader.follows.contains(writer)) {
                follow(number, writer, second);
                topic = accounts.get(writer).newest;
                kind = "follow";
            }
        }
        add(rows, number, topic, kind, second);
        reader.taken.add(topic);
        if (chance.happens(GOES_ON)) {
            return second + 20 + chance.below(200);
        }
        reader.taken.clear();
        return chance.after(second, DAYS_BETWEEN_VISITS);
    }

    private static void add(Rows rows, int number, int topic, String kind, long second) {
        rows.add(account(number), "t" + (101 + topic), kind, SimulateWorld.time(second));
    }

    private static String account(int number) {
        return "a" + (100_001 + number);
    }

    @Override
    public Map<String, List<String>> tables() {
        List<String> lines = new ArrayList<>(List.of("follower,followed,since"));
        for (Follow follow : follows) {
            lines.add(
                    account(follow.from())
                            + ","
                            + account(follow.to())
                            + ","
                            + SimulateWorld.time(follow.since()));
        }
        return Map.of("follows.csv", lines);
    }
}
