package dev.nextact.serve.live;

import dev.nextact.core.AtomicFiles;
import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.uplift.Holdout;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.CampaignLimit;
import dev.nextact.predict.ItemGroup;
import dev.nextact.predict.PredictAudience;
import dev.nextact.predict.PredictAudience.Summary;
import dev.nextact.predict.ShopLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds audiences from the prepared log, one after the other, and keeps the newest of them until
 * the server ends. An audience of few shoppers is not shown, for its figures would be about single
 * persons (k-anonymity; Sweeney 2002), and the list of one that held somebody who was forgotten
 * since is gone. Thread-safe; the caller closes it.
 */
public final class AudienceDesk implements AutoCloseable {

    /** k, where {@code privacy.k} asks for no more. */
    private static final int LEAST = 10;

    private static final int KEPT = 10;
    private static final int MOST_WAITING = 5;

    private final ShopConfig shop;
    private final LiveModels models;
    private final Optional<ShopLog> log;
    private final Background background;
    private final IntSupplier forgotten;
    private final Consumer<String> told;
    private final Deque<Audience> newest = new ArrayDeque<>();
    private @Nullable Path directory;
    private int last;

    /**
     * What is asked for.
     *
     * @param category of the items the behaviour is to come to; absent beside {@code item}
     * @param item likewise; both absent: anything
     * @param size contacts at most; absent: all shoppers
     * @param holdout share of them that is left alone, within [0, 1)
     */
    public record Question(
            String behaviour,
            Optional<String> category,
            Optional<String> item,
            Duration horizon,
            OptionalInt size,
            double holdout) {}

    /** How far an audience is. */
    public sealed interface State {

        /**
         * @param done of {@code total} shoppers; both 0 before it begins
         */
        record Building(long done, long total) implements State {}

        /**
         * @param list a CSV file
         * @param forgotten how many had been forgotten by then
         */
        record Built(Summary summary, Path list, int forgotten) implements State {}

        /** It has under {@link #least} shoppers. */
        record TooFew() implements State {}

        /**
         * @param why in words
         */
        record Failed(String why) implements State {}
    }

    /** One that was asked for. */
    public static final class Audience {
        private final int number;
        private final Question question;
        private volatile State state = new State.Building(0, 0);

        private Audience(int number, Question question) {
            this.number = number;
            this.question = question;
        }

        public int number() {
            return number;
        }

        public Question question() {
            return question;
        }

        public State state() {
            return state;
        }
    }

    /**
     * @param log absent where the server has none
     * @param forgotten how many shoppers have been forgotten by now
     * @param told of failures that are the program's
     */
    public AudienceDesk(
            ShopConfig shop,
            LiveModels models,
            Optional<ShopLog> log,
            Background background,
            IntSupplier forgotten,
            Consumer<String> told) {
        this.shop = shop;
        this.models = models;
        this.log = log;
        this.background = background;
        this.forgotten = forgotten;
        this.told = told;
    }

    /** Whether there is a log to build audiences from. */
    public boolean canBuild() {
        return log.isPresent();
    }

    /** The newest first. */
    public synchronized List<Audience> all() {
        List<Audience> all = new ArrayList<>(newest);
        Collections.reverse(all);
        return all;
    }

    /** The least shoppers of an audience that is shown: k. */
    public int least() {
        return Math.max(LEAST, shop.privacy().k());
    }

    /** Absent where there is none of that number any more. */
    public synchronized Optional<Audience> of(int number) {
        return newest.stream().filter(audience -> audience.number() == number).findFirst();
    }

    /** The list, unless somebody was forgotten since: it may name him. */
    public Optional<Path> list(State.Built built) {
        return built.forgotten() == forgotten.getAsInt()
                ? Optional.of(built.list())
                : Optional.empty();
    }

    /**
     * Has an audience built.
     *
     * @throws IllegalArgumentException where the question cannot be asked
     * @throws Overloaded where several wait already
     */
    @SuppressWarnings("FutureReturnValueIgnored") // its state tells of failures
    public synchronized Audience ask(Question question) {
        Holdout holdout = new Holdout(question.holdout(), shop.train().seed());
        CampaignLimit limit = new CampaignLimit(question.size(), OptionalDouble.empty(), 1);
        long waiting = newest.stream().filter(one -> one.state() instanceof State.Building).count();
        if (waiting >= MOST_WAITING) {
            throw new Overloaded(waiting + " audiences wait already", Duration.ofSeconds(30));
        }
        ShopLog from = log.orElseThrow();
        Path list = directory().resolve("audience-" + ++last + ".csv");
        Audience audience = new Audience(last, question);
        newest.addLast(audience);
        if (newest.size() > KEPT) {
            delete(newest.removeFirst());
        }
        background
                .start(() -> build(from, audience, holdout, limit, list))
                .whenComplete(
                        (state, failure) -> {
                            audience.state =
                                    failure == null ? state : new State.Failed(why(failure));
                        });
        return audience;
    }

    private String why(Throwable failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        if (cause instanceof NextactException || cause instanceof IllegalArgumentException) {
            return String.valueOf(cause.getMessage());
        }
        told.accept("an audience failed: " + cause);
        return "see the server's log";
    }

    private State build(
            ShopLog from, Audience audience, Holdout holdout, CampaignLimit limit, Path list) {
        Question question = audience.question();
        try (LiveModels.Held held = models.hold(Optional.empty())) {
            Bundle bundle = held.model().bundle();
            int before = forgotten.getAsInt();
            EventLog events = from.open(bundle.fields());
            PredictAudience.Request request =
                    new PredictAudience.Request(
                            question.behaviour(),
                            ItemGroup.of(from, question.category(), question.item()),
                            PredictAudience.of(question.category(), question.item()),
                            question.horizon(),
                            Optional.empty(),
                            shop.split(),
                            limit,
                            0,
                            holdout,
                            list,
                            Optional.empty());
            Summary summary =
                    new PredictAudience().run(bundle, events, request, new Telling(audience));
            if (summary.reach().contacted() + summary.reach().heldOut() < least()) {
                Files.deleteIfExists(list);
                return new State.TooFew();
            }
            return new State.Built(summary, list, before);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Tells how far it is, and ends where the server does. */
    private record Telling(Audience audience) implements Progress {

        @Override
        public Task start(String name, long total, String unit) {
            return new Task() {
                @Override
                public void at(long done, String message) {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new CancellationException("the server ends");
                    }
                    audience.state = new State.Building(done, total);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void say(String line) {}
    }

    /** For the user of the process alone. */
    private Path directory() {
        Path known = directory;
        if (known == null) {
            try {
                known = Files.createTempDirectory("nextact-audiences");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            directory = known;
        }
        return known;
    }

    private static void delete(Audience audience) {
        if (audience.state() instanceof State.Built built) {
            try {
                Files.deleteIfExists(built.list());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The lists go with the server. */
    @Override
    public synchronized void close() {
        if (directory != null) {
            try {
                AtomicFiles.deleteTree(directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
