package dev.nextact.bench;

import dev.nextact.core.EventSequence;
import dev.nextact.core.events.EventForecast;
import dev.nextact.core.events.EventForecaster;
import dev.nextact.core.events.TemporalPrecision;
import dev.nextact.core.events.TransportDistance;
import dev.nextact.core.events.TypedTimes;
import dev.nextact.evaluate.Bootstrap;
import java.util.Arrays;
import java.util.List;

/**
 * How one model, or the mean over several trainings of it, foretold the last events of each
 * sequence.
 *
 * @param tMaps of resampled sequences; the same ones for every model, as T-mAP is no mean over
 *     sequences and has to be computed anew for each
 * @param distances of each sequence
 */
record ForecastScores(String name, double tMap, Bootstrap tMaps, double[] distances) {

    private static final int RESAMPLES = 400;
    private static final long RESAMPLES_SEED = 42;

    /** δ of T-mAP: six minutes, an hour, six hours, a day. */
    private static final double[] DELTA_SECONDS = {360, 3_600, 21_600, 86_400};

    /**
     * @param next how many events at the end of each sequence are foretold from those before
     */
    static ForecastScores of(EventForecaster forecaster, List<EventSequence> sequences, int next) {
        TemporalPrecision precision =
                new TemporalPrecision(
                        TaobaoEventTypes.TYPES, Double.POSITIVE_INFINITY, DELTA_SECONDS);
        TransportDistance distance = TransportDistance.ofCdiff(TaobaoEventTypes.UNIT_SECONDS);
        double[] distances = new double[sequences.size()];
        for (int i = 0; i < distances.length; i++) {
            EventSequence events = sequences.get(i);
            int seen = events.size() - next;
            EventForecast foretold = forecaster.forecast(events.prefix(seen), next);
            TypedTimes came = TypedTimes.after(events, seen, next);
            precision.add(foretold, came);
            distances[i] = distance.between(foretold.events(), came);
        }
        return new ForecastScores(
                forecaster.name(),
                precision.value(),
                Bootstrap.of(distances.length, RESAMPLES, precision::of, RESAMPLES_SEED),
                distances);
    }

    /**
     * The mean over trainings with several seeds, resampled once for all of them: each resample is
     * of the same sequences for every seed.
     *
     * @param ofSeeds of the same model and sequences
     */
    static ForecastScores mean(List<ForecastScores> ofSeeds) {
        double[] distances = new double[ofSeeds.get(0).distances().length];
        for (ForecastScores scores : ofSeeds) {
            for (int i = 0; i < distances.length; i++) {
                distances[i] += scores.distances()[i] / ofSeeds.size();
            }
        }
        return new ForecastScores(
                ofSeeds.get(0).name(),
                ofSeeds.stream().mapToDouble(ForecastScores::tMap).average().orElseThrow(),
                Bootstrap.mean(ofSeeds.stream().map(ForecastScores::tMaps).toList()),
                distances);
    }

    double distance() {
        return Arrays.stream(distances).average().orElseThrow();
    }

    Bootstrap ofDistance() {
        return Bootstrap.ofMean(distances, RESAMPLES_SEED);
    }

    /** What it gains over another model, or loses, of the same sequences; intervals are paired. */
    String less(ForecastScores other) {
        Bootstrap.Interval tMap = tMaps.minus(other.tMaps).interval();
        Bootstrap.Interval distance = ofDistance().minus(other.ofDistance()).interval();
        return "%s less %s: t-map %+.4f (%+.4f to %+.4f), otd %+.3f (%+.3f to %+.3f)"
                .formatted(
                        name,
                        other.name(),
                        this.tMap - other.tMap(),
                        tMap.low(),
                        tMap.high(),
                        distance() - other.distance(),
                        distance.low(),
                        distance.high());
    }
}
