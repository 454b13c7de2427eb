package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.EventWay;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.ForetoldEvent;
import java.util.List;
import java.util.function.Consumer;

/**
 * Which events come next, when and of which behaviour.
 *
 * @param k events a shopper
 * @param seed of the futures; each shopper's follow from it and the history alone
 */
record NextEventsQuestion(int k, EventWay way, long seed)
        implements ShopperQuestion<PredictedEvent> {

    /** Enough that a share of them is right to a few points. */
    private static final int FUTURES = 64;

    @Override
    public int costInEvents() {
        return way == EventWay.ROLL_OUT ? 10_000 * k : 1000;
    }

    @Override
    public List<PredictionFile.Column> columns() {
        return PredictedEvent.COLUMNS;
    }

    @Override
    public Object[] row(PredictedEvent answer) {
        return answer.row();
    }

    @Override
    public Answerer<PredictedEvent> answerer(OpenModels models) {
        EventForecaster.WithOdds forecaster = forecaster(models.outlook());
        List<String> behaviours = models.bundle().manifest().behaviours();
        return (block, answers) -> {
            long leftOut = 0;
            for (int b = 0; b < block.size(); b++) {
                EventSequence history = block.events().get(b);
                if (OnnxScorer.isKnown(history)) {
                    emit(behaviours, block.ids().get(b), forecaster, history, answers);
                } else {
                    leftOut++;
                }
            }
            return AnswerTally.of(block, leftOut);
        };
    }

    EventForecaster.WithOdds forecaster(OutlookModel model) {
        return EventWays.of(model, way, FUTURES, seed);
    }

    /** One shopper's. */
    void emit(
            List<String> behaviours,
            String user,
            EventForecaster.WithOdds forecaster,
            EventSequence history,
            Consumer<PredictedEvent> answers) {
        int rank = 1;
        for (ForetoldEvent event : forecaster.events(history, k)) {
            answers.accept(
                    new PredictedEvent(
                            user,
                            rank++,
                            event.seconds(),
                            event.lowSeconds(),
                            event.highSeconds(),
                            behaviours.get(event.type()),
                            event.probability()));
        }
    }
}
