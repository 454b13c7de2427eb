package dev.nextact.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The shoppers of a log, living on before a server's eyes: each comes back now for the last session
 * of the log. All events of a shopper are put forward by the same time, so that what lies between
 * them stays as it was; the shoppers come one after the other. What lies in the past by then is
 * sent at once, the rest when its time comes; after each of those the next items are asked for, as
 * a shop's page would. Confined to one thread but for {@link #end}.
 */
final class LiveShop {

    /** As a log shows where a session begins. */
    private static final long PAUSE_MICROS = 1_800_000_000L;

    /** Between the beginnings of two shoppers' sessions. */
    private static final Duration BETWEEN = Duration.ofSeconds(6);

    /** So long ago the first session began: some are in the shop when it opens. */
    private static final Duration BEFORE = Duration.ofMinutes(10);

    private static final int BATCH = 1000;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;
    private final Clock clock;
    private final Deque<Act> acts;
    private volatile boolean ended;

    /** Something a shopper does at a time. */
    record Act(String id, String user, String item, String behaviour, long micros) {

        Map<String, Object> tree() {
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("id", id);
            tree.put("user", user);
            tree.put("item", item);
            tree.put("behaviour", behaviour);
            tree.put("time", Instant.ofEpochMilli(micros / 1000).toString());
            return tree;
        }
    }

    LiveShop(EventLog log, URI server, Clock clock) {
        this.server = server;
        this.clock = clock;
        this.acts = new ArrayDeque<>(acts(log, clock.instant()));
    }

    /** All acts of the log as they are from now on, in the order of time. */
    static List<Act> acts(EventLog log, Instant now) {
        List<Act> acts = new ArrayList<>();
        long begin = now.minus(BEFORE).toEpochMilli() * 1000;
        for (int user = 0; user < log.sequences().size(); user++) {
            EventSequence history = log.sequences().get(user);
            if (history.isEmpty()) {
                continue;
            }
            int last = history.size() - 1;
            while (last > 0
                    && history.timeMicros(last) - history.timeMicros(last - 1) <= PAUSE_MICROS) {
                last--;
            }
            long by = begin - history.timeMicros(last);
            for (int event = 0; event < history.size(); event++) {
                acts.add(
                        new Act(
                                user + "-" + event,
                                log.userId(user),
                                log.catalog().id(history.item(event)),
                                log.behaviours().name(history.behaviour(event)),
                                history.timeMicros(event) + by));
            }
            begin += BETWEEN.toMillis() * 1000;
        }
        acts.sort(Comparator.comparingLong(Act::micros)); // stable: equal times stay in order
        return acts;
    }

    /** Sends what is in the past. */
    int catchUp() {
        int sent = 0;
        List<Act> due = due();
        while (!due.isEmpty()) {
            send(due);
            sent += due.size();
            due = due();
        }
        return sent;
    }

    /** Sends the rest when its time comes, until {@link #end} or nothing is left. */
    void live() throws InterruptedException {
        while (!ended && !acts.isEmpty()) {
            List<Act> due = due();
            if (!due.isEmpty()) {
                send(due);
                Set<String> users = new LinkedHashSet<>();
                due.forEach(act -> users.add(act.user()));
                for (String user : users) {
                    post("/v1/predict/next", Map.of("user", user, "k", 10));
                }
            }
            Thread.sleep(LOOK_EVERY.toMillis());
        }
    }

    /** Lets {@link #live} return. */
    void end() {
        ended = true;
    }

    /** At most a batch. */
    private List<Act> due() {
        long now = clock.millis() * 1000;
        List<Act> due = new ArrayList<>();
        while (!acts.isEmpty() && due.size() < BATCH && acts.getFirst().micros() <= now) {
            due.add(acts.removeFirst());
        }
        return due;
    }

    private void send(List<Act> due) {
        post("/v1/events", Map.of("events", due.stream().map(Act::tree).toList()));
    }

    private void post(String path, Map<String, Object> body) {
        try {
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(server.resolve(path))
                                    .header("Content-Type", "application/json")
                                    .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
                                    .build(),
                            BodyHandlers.ofString());
            if (response.statusCode() != 200 && response.statusCode() != 503) {
                throw new NextactException(
                        NextactException.Category.INTERNAL,
                        path + " answers " + response.statusCode() + ": " + response.body());
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            if (!ended) {
                throw new NextactException(
                        NextactException.Category.INTERNAL,
                        "the demo's server does not answer: " + e.getMessage(),
                        e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
