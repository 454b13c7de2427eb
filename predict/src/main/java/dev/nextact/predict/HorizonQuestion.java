package dev.nextact.predict;

import dev.nextact.core.survival.HazardCurve;
import dev.nextact.predict.PredictHorizon.Question;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a behaviour comes, or stays away, within a horizon.
 *
 * @param behaviour its name
 * @param seconds the horizon
 * @param nowMicros the moment asked about; absent for a history without times, which is asked about
 *     just after its last event
 */
record HorizonQuestion(
        Question question, String behaviour, double seconds, @Nullable Long nowMicros)
        implements ShopperQuestion<HorizonAnswer> {

    @Override
    public List<PredictionFile.Column> columns() {
        return HorizonAnswer.COLUMNS;
    }

    @Override
    public Object[] row(HorizonAnswer answer) {
        return answer.row();
    }

    @Override
    public Answerer<HorizonAnswer> answerer(OpenModels models) {
        int index = PredictHorizon.behaviour(models.bundle(), behaviour);
        OutlookModel model = models.outlook();
        model.refuseBeyond(index, seconds);
        return (block, answers) -> {
            AskedMoments asked = AskedMoments.of(block, nowMicros);
            if (asked.moments().isEmpty()) {
                return AnswerTally.of(block, asked.leftOut());
            }
            OutlookModel.Counted said = model.counted(asked.moments());
            List<List<HazardCurve>> stays = said.stays();
            double[] expected = said.expected();
            double sum = 0;
            for (int i = 0; i < stays.size(); i++) {
                HorizonAnswer answer =
                        HorizonAnswer.of(
                                asked.ids().get(i),
                                question,
                                behaviour,
                                seconds,
                                asked.moments().get(i),
                                stays.get(i).get(index));
                sum += answer.probability();
                answers.accept(expected.length > 0 ? answer.expecting(expected[i]) : answer);
            }
            return AnswerTally.of(block, asked.leftOut(), sum, stays.size());
        };
    }
}
