package dev.nextact.spark;

import dev.nextact.core.Progress;
import dev.nextact.train.Rendezvous;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Shows what an attempt tells by {@link SpokenProgress}. Confined to one thread. */
final class HeardProgress implements AutoCloseable {

    private final Rendezvous meeting;
    private final String name;
    private final Progress shown;
    private int lines;
    private int number;
    private long furthest;
    private Progress.@Nullable Task task;

    /**
     * @param name of the attempt
     * @param shown to the user
     */
    HeardProgress(Rendezvous meeting, String name, Progress shown) {
        this.meeting = meeting;
        this.name = name;
        this.shown = shown;
    }

    /** Shows what is new. */
    void listen() {
        for (Optional<String> line = line(); line.isPresent(); line = line()) {
            shown.say(line.get());
            lines++;
        }
        meeting.find(SpokenProgress.Told.key(name))
                .map(SpokenProgress.Told::of)
                .ifPresent(this::show);
    }

    private Optional<String> line() {
        return meeting.find(SpokenProgress.lineKey(name, lines));
    }

    private void show(SpokenProgress.Told told) {
        if (told.number() != number) {
            close();
            number = told.number();
            task = shown.start(told.what(), told.total(), told.unit());
        }
        if (task != null) {
            task.at(told.done(), told.message());
        }
        if (number == 1) {
            furthest = told.done();
        }
    }

    /** How far the training itself has come. */
    long furthest() {
        return furthest;
    }

    @Override
    public void close() {
        if (task != null) {
            task.close();
            task = null;
        }
    }
}
