package dev.nextact.spark;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.train.Rendezvous;
import java.util.Optional;

/** Why a training cannot go on, whoever else tries: what a process tells the driver. */
record TrainingFailure(Category category, String message) {

    private static final String KEY = "failure";

    static TrainingFailure of(NextactException e) {
        return new TrainingFailure(e.category(), String.valueOf(e.getMessage()));
    }

    void tell(Rendezvous meeting) {
        meeting.put(KEY, category.name() + ' ' + message);
    }

    static Optional<NextactException> heard(Rendezvous meeting) {
        return meeting.find(KEY)
                .map(
                        text -> {
                            int space = text.indexOf(' ');
                            return new NextactException(
                                    Category.valueOf(text.substring(0, space)),
                                    text.substring(space + 1));
                        });
    }
}
