package dev.nextact.train;

import dev.nextact.model.network.NetworkSettings;
import java.util.List;

/**
 * Puts hazards right by what came in the validation part: for each behaviour a shift and a scale of
 * the log-odds, of the greatest likelihood (Platt 1999, §2.2, for every step of time at once, those
 * not seen to their end counted for their part). A shop that goes out of season is thus seen as it
 * is now.
 *
 * @param shifts [C]
 * @param scales [C]; 1 changes nothing
 * @param before the mean over the moments of the negative log-likelihood, in nats
 * @param after the same, calibrated
 */
record HazardCalibration(double[] shifts, double[] scales, double before, double after) {

    /** Of a behaviour that came less often nothing is learned. */
    private static final double LEAST_EVENTS = 30;

    private static final int STEPS = 50;

    /** So much towards shift 0 and scale 1, that few events do not turn the curve around. */
    private static final double PRIOR = 1;

    static HazardCalibration fit(NetworkSettings settings, List<HeadValidation.Hazards> batches) {
        return fit(settings.behaviours(), settings.foretells().orElseThrow().steps(), batches);
    }

    /** Of a classifier: one behaviour, one step of time. */
    static HazardCalibration ofSteps(List<HeadValidation.Hazards> batches) {
        return fit(1, 1, batches);
    }

    private static HazardCalibration fit(
            int behaviours, int steps, List<HeadValidation.Hazards> batches) {
        double[] shifts = new double[behaviours];
        double[] scales = new double[behaviours];
        double before = 0;
        double after = 0;
        long moments = 0;
        for (HeadValidation.Hazards batch : batches) {
            moments += batch.scores().length / (behaviours * steps);
        }
        for (int behaviour = 0; behaviour < behaviours; behaviour++) {
            Seen seen = new Seen(batches, behaviours, steps, behaviour);
            Line line = seen.events() < LEAST_EVENTS ? Line.SAME : seen.likeliest();
            before += seen.sums(Line.SAME)[0];
            after += seen.sums(line)[0];
            shifts[behaviour] = line.shift();
            scales[behaviour] = line.scale();
        }
        return new HazardCalibration(
                shifts, scales, before / Math.max(1, moments), after / Math.max(1, moments));
    }

    /** From log-odds to log-odds. */
    private record Line(double shift, double scale) {

        static final Line SAME = new Line(0, 1);

        double at(double x) {
            return shift + scale * x;
        }

        Line moved(double toShift, double toScale) {
            return new Line(shift + toShift, scale + toScale);
        }
    }

    /**
     * What the moments say of one behaviour.
     *
     * @param behaviours C
     * @param steps G
     */
    private record Seen(
            List<HeadValidation.Hazards> batches, int behaviours, int steps, int behaviour) {

        /** How often it came. */
        double events() {
            double events = 0;
            for (HeadValidation.Hazards batch : batches) {
                for (int i = behaviour * steps; i < batch.came().length; i += behaviours * steps) {
                    for (int g = 0; g < steps; g++) {
                        events += batch.came()[i + g];
                    }
                }
            }
            return events;
        }

        /** The loss is convex in both; a step that makes it no smaller is halved. */
        Line likeliest() {
            Line line = Line.SAME;
            double[] s = sums(line);
            double loss = penalised(s, line);
            for (int i = 0; i < STEPS; i++) {
                double gShift = s[1] + PRIOR * line.shift();
                double gScale = s[2] + PRIOR * (line.scale() - 1);
                double a = s[3] + PRIOR;
                double b = s[4];
                double c = s[5] + PRIOR;
                double determinant = a * c - b * b;
                double toShift = -(c * gShift - b * gScale) / determinant;
                double toScale = -(a * gScale - b * gShift) / determinant;
                double length = 1;
                Line tried = line;
                double next = Double.POSITIVE_INFINITY;
                while (length > 1e-6) {
                    tried = line.moved(length * toShift, length * toScale);
                    s = sums(tried);
                    next = penalised(s, tried);
                    if (next <= loss) {
                        break;
                    }
                    length /= 2;
                }
                if (!(next <= loss)) {
                    break;
                }
                line = tried;
                if (loss - next < 1e-9 * Math.max(1, Math.abs(loss))) {
                    break;
                }
                loss = next;
            }
            // a scale of 0 or less would turn who is likelier around
            return line.scale() > 0.05 ? line : Line.SAME;
        }

        private static double penalised(double[] sums, Line line) {
            double off = line.scale() - 1;
            return sums[0] + PRIOR / 2 * (line.shift() * line.shift() + off * off);
        }

        /** The loss, its two slopes, and its three second derivatives. */
        double[] sums(Line line) {
            double[] sums = new double[6];
            for (HeadValidation.Hazards batch : batches) {
                for (int i = behaviour * steps; i < batch.came().length; i += behaviours * steps) {
                    for (int g = 0; g < steps; g++) {
                        double came = batch.came()[i + g];
                        double weight = came + batch.survived()[i + g];
                        if (weight > 0) {
                            double x = batch.scores()[i + g];
                            double y = line.at(x);
                            double hazard = 1 / (1 + Math.exp(-y));
                            double softplus = y > 30 ? y : Math.log1p(Math.exp(y));
                            double curve = weight * hazard * (1 - hazard);
                            sums[0] += weight * softplus - came * y;
                            sums[1] += weight * hazard - came;
                            sums[2] += (weight * hazard - came) * x;
                            sums[3] += curve;
                            sums[4] += curve * x;
                            sums[5] += curve * x * x;
                        }
                    }
                }
            }
            return sums;
        }
    }
}
