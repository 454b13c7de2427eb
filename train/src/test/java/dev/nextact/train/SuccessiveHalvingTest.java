package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.train.SuccessiveHalving.Job;
import dev.nextact.train.SuccessiveHalving.Reached;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuccessiveHalvingTest {

    @Test
    void eachRungHasThriceTheEpochs() {
        assertThat(SuccessiveHalving.of(27, 1).epochs()).containsExactly(3, 9, 27);
        assertThat(SuccessiveHalving.of(100, 1).epochs()).containsExactly(11, 33, 100);
        assertThat(SuccessiveHalving.of(4, 1).epochs()).containsExactly(1, 4);
        assertThat(SuccessiveHalving.of(1, 1).epochs()).containsExactly(1);
    }

    @Test
    void theBestOfThreeClimbsBeforeAFourthStarts() {
        SuccessiveHalving halving = SuccessiveHalving.of(9, 5);
        List<Reached> reached = new ArrayList<>();
        reached.add(new Reached(0, 0, 0.1));
        assertThat(halving.next(reached)).contains(new Job(1, 0));
        reached.add(new Reached(1, 0, 0.3));
        reached.add(new Reached(2, 0, 0.2));
        assertThat(halving.next(reached)).contains(new Job(1, 1));
        reached.add(new Reached(1, 1, 0.35));
        assertThat(halving.next(reached)).contains(new Job(3, 0));
    }

    @Test
    void ofEqualScoresTheEarlierClimbs() {
        SuccessiveHalving halving = SuccessiveHalving.of(9, 3);
        List<Reached> reached =
                List.of(new Reached(2, 0, 0.2), new Reached(1, 0, 0.2), new Reached(0, 0, 0.2));
        assertThat(halving.next(reached)).contains(new Job(0, 1));
    }

    @Test
    void ofNineTrialsThreeClimbOnceAndOneTwice() {
        SuccessiveHalving halving = SuccessiveHalving.of(9, 9);
        List<Reached> reached = new ArrayList<>();
        Optional<Job> job = halving.next(reached);
        while (job.isPresent()) {
            // the later the trial the better, so that the lucky early ones are overtaken
            reached.add(new Reached(job.get().trial(), job.get().rung(), job.get().trial()));
            job = halving.next(reached);
        }
        assertThat(reached.stream().filter(r -> r.rung() == 0)).hasSize(9);
        // asynchronous: those who were the best of fewer have climbed too
        assertThat(reached.stream().filter(r -> r.rung() == 1))
                .extracting(Reached::trial)
                .contains(6, 7, 8);
        assertThat(reached.stream().filter(r -> r.rung() == 2))
                .extracting(Reached::trial)
                .contains(8);
    }

    @Test
    void atTheEndTheConfigAsItWasIsTrainedInFull() {
        SuccessiveHalving halving = SuccessiveHalving.of(9, 2);
        List<Reached> reached =
                new ArrayList<>(List.of(new Reached(0, 0, 0.1), new Reached(1, 0, 0.2)));
        assertThat(halving.next(reached)).isEmpty();
        assertThat(halving.baseline(reached)).contains(new Job(0, 2));
        reached.add(new Reached(0, 2, 0.3));
        assertThat(halving.baseline(reached)).isEmpty();
    }
}
