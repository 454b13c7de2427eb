package dev.nextact.serve.live;

import dev.nextact.core.NextactException;
import dev.nextact.core.ServeConfig;
import dev.nextact.model.bundle.Bundle;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The versions that are served now, changed while requests run: new ones are opened and warmed
 * first, then all change at once, and an old one closes when its last request has its answer. A
 * version that cannot be opened changes nothing. Thread-safe; the caller closes it.
 */
public final class LiveModels implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 500;

    /** Of a hash that chooses champion or challenger. */
    private static final int PARTS = 10_000;

    private final Path ofName;
    private final ServeConfig config;
    private final Executor executor;
    private final Consumer<String> told;
    private final Optional<UnavailableItems> file;
    private final ScheduledExecutorService watch;
    private Set<String> unavailable;
    private @Nullable String fileFailure;
    private volatile Serving serving;
    private volatile @Nullable String failure;
    private @Nullable Deployment refused;

    private record Serving(Deployment deployment, Map<Integer, LiveModel> models) {

        LiveModel model(int version) {
            LiveModel model = models.get(version);
            if (model == null) {
                throw new IllegalStateException("version " + version + " is not open");
            }
            return model;
        }
    }

    /** Who answers a request. */
    public enum Variant {
        CHAMPION,
        CHALLENGER,
        SHADOW
    }

    /** A model, held for one request; closing lets it go. */
    public record Held(LiveModel model, Variant variant) implements AutoCloseable {
        @Override
        public void close() {
            model.letGo();
        }
    }

    private LiveModels(
            Path ofName,
            ServeConfig config,
            Executor executor,
            Consumer<String> told,
            Optional<UnavailableItems> file,
            Set<String> unavailable,
            Serving serving) {
        this.ofName = ofName;
        this.config = config;
        this.executor = executor;
        this.told = told;
        this.file = file;
        this.unavailable = unavailable;
        this.serving = serving;
        this.watch =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread thread = new Thread(task, "model-watch");
                            thread.setDaemon(true);
                            return thread;
                        });
    }

    /**
     * Opens what {@code served.json} names, or else the newest version.
     *
     * @param executor of the batches
     * @param told what the operator should know, a line each
     * @param unavailable the file of items that are never answered, if there is one
     * @throws NextactException of category BUNDLE when there is nothing to serve
     */
    @SuppressWarnings("FutureReturnValueIgnored") // look tells of its failures itself
    public static LiveModels open(
            Path models,
            String name,
            ServeConfig config,
            Executor executor,
            Consumer<String> told,
            Optional<Path> unavailable) {
        Path ofName = models.resolve(name);
        Deployment deployment =
                Deployment.read(ofName)
                        .orElseGet(
                                () ->
                                        Deployment.of(
                                                Bundle.newest(models, name).manifest().version()));
        Optional<UnavailableItems> file = unavailable.map(UnavailableItems::new);
        Set<String> ids = file.flatMap(UnavailableItems::read).orElse(Set.of());
        Map<Integer, LiveModel> opened = open(ofName, deployment, Map.of(), config, executor);
        opened.values().forEach(model -> model.setUnavailable(ids));
        LiveModels live =
                new LiveModels(
                        ofName, config, executor, told, file, ids, new Serving(deployment, opened));
        live.watch.scheduleWithFixedDelay(
                live::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
        return live;
    }

    /** All versions of a deployment; those that are open already are taken as they are. */
    private static Map<Integer, LiveModel> open(
            Path ofName,
            Deployment deployment,
            Map<Integer, LiveModel> already,
            ServeConfig config,
            Executor executor) {
        Map<Integer, LiveModel> models = new LinkedHashMap<>();
        try {
            for (int version : deployment.versions()) {
                LiveModel open = already.get(version);
                models.put(
                        version,
                        open != null
                                ? open
                                : LiveModel.open(
                                        Bundle.open(ofName.resolve(Integer.toString(version))),
                                        config,
                                        executor));
            }
            return models;
        } catch (RuntimeException e) {
            models.forEach(
                    (version, model) -> {
                        if (!already.containsKey(version)) {
                            model.retire();
                        }
                    });
            throw e;
        }
    }

    /** Takes up what the file says, if it says something new. */
    private synchronized void look() {
        try {
            Optional<Deployment> wanted = Deployment.read(ofName);
            if (wanted.isPresent() && !wanted.get().equals(refused)) {
                change(wanted.get());
            }
        } catch (RuntimeException e) {
            tell(e);
        }
        lookAtFile();
    }

    /** Leaves out the items that cannot be had now; what was known stays where nothing is read. */
    private void lookAtFile() {
        try {
            file.flatMap(UnavailableItems::read)
                    .ifPresent(
                            ids -> {
                                unavailable = ids;
                                serving.models().values().forEach(m -> m.setUnavailable(ids));
                            });
            fileFailure = null;
        } catch (RuntimeException e) {
            String line = String.valueOf(e.getMessage());
            if (!line.equals(fileFailure)) {
                fileFailure = line;
                told.accept("the unavailable items stay as they were: " + line);
            }
        }
    }

    /**
     * Serves other versions.
     *
     * @throws NextactException of category BUNDLE when one cannot be opened; nothing has changed
     *     then
     */
    public synchronized void change(Deployment wanted) {
        Serving before = serving;
        if (wanted.equals(before.deployment())) {
            return;
        }
        Map<Integer, LiveModel> models;
        try {
            models = open(ofName, wanted, before.models(), config, executor);
        } catch (RuntimeException e) {
            refused = wanted;
            throw e;
        }
        models.values().forEach(model -> model.setUnavailable(unavailable));
        serving = new Serving(wanted, models);
        refused = null;
        failure = null;
        before.models()
                .forEach(
                        (version, model) -> {
                            if (!models.containsKey(version)) {
                                model.retire();
                            }
                        });
    }

    /** The same, and kept in {@code served.json}, so that it outlives this server. */
    public synchronized void changeForGood(Deployment wanted) {
        change(wanted);
        wanted.write(ofName);
    }

    private void tell(RuntimeException e) {
        String line = String.valueOf(e.getMessage());
        if (!line.equals(failure)) {
            failure = line;
            told.accept("versions are refused: " + line);
        }
    }

    public Deployment deployment() {
        return serving.deployment();
    }

    /** The directory of the model's versions. */
    public Path directory() {
        return ofName;
    }

    /** All versions there are, whether they are served or not. */
    public List<Integer> versions() {
        return Bundle.list(ofName.resolve("..").normalize()).stream()
                .filter(path -> path.startsWith(ofName))
                .map(path -> Integer.valueOf(path.getFileName().toString()))
                .toList();
    }

    /** Why the last change was refused. */
    public Optional<String> failure() {
        return Optional.ofNullable(failure);
    }

    /** Requests that wait for the champion. */
    public int waiting() {
        return serving.model(serving.deployment().champion()).waiting();
    }

    /**
     * Who answers a shopper.
     *
     * @param user absent = the champion
     */
    public Held hold(Optional<String> user) {
        while (true) {
            Serving now = serving;
            Variant variant = variant(now.deployment(), user);
            Deployment.Challenger challenger = now.deployment().challenger();
            LiveModel model =
                    now.model(
                            variant == Variant.CHALLENGER && challenger != null
                                    ? challenger.version()
                                    : now.deployment().champion());
            if (model.hold()) {
                return new Held(model, variant);
            }
        }
    }

    /**
     * Turns a question away before anybody has read it.
     *
     * @param deadlineNanos of {@link System#nanoTime}
     * @throws Overloaded when the champion could not answer in time
     */
    public void refuseIfTooLate(long deadlineNanos) {
        Serving now = serving;
        if (now.model(now.deployment().champion()).isTooLate(deadlineNanos)) {
            throw MicroBatcher.tooMany();
        }
    }

    /** The model that is only compared, if there is one. */
    public Optional<Held> holdShadow() {
        Serving now = serving;
        Integer shadow = now.deployment().shadow();
        if (shadow == null) {
            return Optional.empty();
        }
        LiveModel model = now.model(shadow);
        return model.hold() ? Optional.of(new Held(model, Variant.SHADOW)) : Optional.empty();
    }

    /** A shopper always meets the same variant, as long as the share stays. */
    static Variant variant(Deployment deployment, Optional<String> user) {
        if (deployment.challenger() == null || user.isEmpty()) {
            return Variant.CHAMPION;
        }
        int part = Math.floorMod((user.get().hashCode() * 0x9E3779B9) >>> 7, PARTS);
        return part < deployment.challenger().share() * PARTS
                ? Variant.CHALLENGER
                : Variant.CHAMPION;
    }

    @Override
    public void close() {
        watch.shutdownNow();
        synchronized (this) {
            serving.models().values().forEach(LiveModel::retire);
        }
    }
}
