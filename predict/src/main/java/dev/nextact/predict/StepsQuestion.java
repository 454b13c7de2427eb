package dev.nextact.predict;

import dev.nextact.core.EventSequence;
import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.PredictHorizon.Question;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The same question from just after each event of a shopper. Events before the first of a known
 * item have no answer.
 *
 * @param asked what, and up to which moment events are looked at
 */
record StepsQuestion(HorizonQuestion asked) implements ShopperQuestion<StepAnswer> {

    @Override
    public List<PredictionFile.Column> columns() {
        return StepAnswer.COLUMNS;
    }

    @Override
    public Object[] row(StepAnswer answer) {
        return answer.row();
    }

    @Override
    public Answerer<StepAnswer> answerer(OpenModels models) {
        int behaviour = PredictHorizon.behaviour(models.bundle(), asked.behaviour());
        OutlookModel model = models.outlook();
        model.refuseBeyond(behaviour, asked.seconds());
        return (block, answers) -> {
            AskedMoments moments = AskedMoments.of(block, asked.nowMicros());
            double sum = 0;
            long steps = 0;
            for (int i = 0; i < moments.moments().size(); i++) {
                EventSequence history = moments.moments().get(i).history();
                int first = 1;
                while (!OnnxScorer.isKnown(history.prefix(first))) {
                    first++;
                }
                for (int from = first; from <= history.size(); from += BLOCK) {
                    int to = Math.min(history.size() + 1, from + BLOCK);
                    List<Moment> seen =
                            IntStream.range(from, to)
                                    .mapToObj(size -> Moment.afterLast(history.prefix(size)))
                                    .toList();
                    List<List<HazardCurve>> stays = model.stays(seen);
                    for (int n = from; n < to; n++) {
                        double came = stays.get(n - from).get(behaviour).came(asked.seconds());
                        double p = asked.question() == Question.INTENT ? came : 1 - came;
                        sum += p;
                        steps++;
                        answers.accept(
                                StepAnswer.of(
                                        models.bundle(), moments.ids().get(i), history, n, p));
                    }
                }
            }
            return AnswerTally.of(block, moments.leftOut(), sum, steps);
        };
    }
}
