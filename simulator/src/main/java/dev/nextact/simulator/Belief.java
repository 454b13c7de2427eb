package dev.nextact.simulator;

import java.util.Arrays;
import java.util.List;

/**
 * What can be known of one shopper from the log alone, by Bayes' rule over the few latent states: a
 * probability for each segment and way, one for each activity, and the observed state. Reads a
 * history act by act; {@link #nextItem} then is exact: no model that sees the same log can know
 * more. Confined to one thread.
 */
final class Belief {

    private final ShoppingModel model;
    private final Assortment assortment;
    private final Calendar calendar;
    private final ShopperState state;

    /** [segment][way], sum 1. */
    private final double[][] latent = new double[Segments.COUNT][Way.COUNT];

    /** [activity], sum 1. */
    private final double[] activity = new double[Calendar.ACTIVITIES];

    private boolean anythingSeen;
    private int sessionDay;
    private long lastSecond;

    Belief(ShoppingModel model) {
        this.model = model;
        this.assortment = model.assortment();
        this.calendar = model.calendar();
        this.state = new ShopperState(assortment);
        forgetWay();
        for (int i = 0; i < activity.length; i++) {
            activity[i] = calendar.activityShare(i);
        }
    }

    /**
     * Takes the next act into account. One that the law makes impossible, as in a history that was
     * cut or edited, moves the state on but teaches nothing about the shopper.
     *
     * @param second since {@link Calendar#START}
     */
    void observe(Act act, long second) {
        if (!anythingSeen || second - lastSecond > Calendar.SESSION_GAP_SECONDS) {
            startSession(act, second);
        } else {
            learn((segment, way) -> model.choice(act, segment, way, state));
        }
        state.record(act.item(), act.behaviour());
        anythingSeen = true;
        lastSecond = second;
    }

    private void startSession(Act act, long second) {
        int day =
                (int) Math.max(0, Math.min(calendar.days() - 1, second / Calendar.SECONDS_PER_DAY));
        if (anythingSeen && day > sessionDay) {
            for (int i = 0; i < activity.length; i++) {
                activity[i] *= calendar.returnProbability(i, sessionDay, day);
            }
            normalise(activity);
        }
        sessionDay = day;
        state.startSession(assortment.stage(day));
        forgetWay();
        learn(
                (segment, way) ->
                        model.start(
                                act,
                                segment,
                                state.boughtBefore(),
                                state.supplies(),
                                state.stage()));
    }

    /** A new session may go any way; the segment is for life. */
    private void forgetWay() {
        for (double[] ways : latent) {
            double segment = anythingSeen ? sum(ways) : 1.0 / Segments.COUNT;
            for (Way way : Way.ALL) {
                ways[way.index()] = segment * way.share();
            }
        }
    }

    private interface Likelihood {
        double of(int segment, Way way);
    }

    private void learn(Likelihood likelihood) {
        double[][] posterior = new double[Segments.COUNT][Way.COUNT];
        double total = 0;
        for (int segment = 0; segment < Segments.COUNT; segment++) {
            for (Way way : Way.ALL) {
                double weight = latent[segment][way.index()] * likelihood.of(segment, way);
                posterior[segment][way.index()] = weight;
                total += weight;
            }
        }
        if (total > 0) {
            for (int segment = 0; segment < Segments.COUNT; segment++) {
                for (int way = 0; way < Way.COUNT; way++) {
                    latent[segment][way] = posterior[segment][way] / total;
                }
            }
        }
    }

    /**
     * The probability of each item being the item of the next act, given that there is one before
     * the log ends; sum 1. In a history after which the log's last day leaves room for nothing but
     * the running session, that session goes on.
     *
     * @return [item of the assortment]
     */
    double[] nextItem() {
        double[] probabilities = new double[assortment.size()];
        if (!anythingSeen) {
            addStart(arrivalStages(), probabilities);
            return probabilities;
        }
        double[] returning = returnStages();
        double end = model.end(state);
        double comesBack = end * sum(returning);
        double goesOn = 1 - end;
        double total = goesOn + comesBack;
        if (total == 0) { // a full session on the last day: no next act, as if it came tomorrow
            returning[assortment.stage(calendar.days() - 1)] = 1;
            addStart(returning, probabilities);
            return probabilities;
        }
        if (goesOn > 0) {
            addNext(1 / total, probabilities);
        }
        for (int stage = 0; stage < returning.length; stage++) {
            returning[stage] *= end / total;
        }
        addStart(returning, probabilities);
        return probabilities;
    }

    private void addNext(double scale, double[] probabilities) {
        for (Act act : model.possibleNext(state)) {
            double chance = model.chance(act, state);
            if (chance == 0) {
                continue;
            }
            double choice = 0;
            for (int segment = 0; segment < Segments.COUNT; segment++) {
                for (Way way : Way.ALL) {
                    choice += latent[segment][way.index()] * model.choice(act, segment, way, state);
                }
            }
            probabilities[act.item()] += scale * chance * choice;
        }
    }

    /**
     * @param stages [stage]: the probability that the session begins in it
     */
    private void addStart(double[] stages, double[] probabilities) {
        double[] segments = new double[Segments.COUNT];
        for (int segment = 0; segment < segments.length; segment++) {
            segments[segment] = sum(latent[segment]);
        }
        List<Integer> supplies = state.supplies();
        for (int stage = 0; stage < stages.length; stage++) {
            if (stages[stage] == 0) {
                continue;
            }
            for (Act act : model.possibleStarts(supplies)) {
                double start = 0;
                for (int segment = 0; segment < segments.length; segment++) {
                    start +=
                            segments[segment]
                                    * model.start(act, segment, state.bought(), supplies, stage);
                }
                probabilities[act.item()] += stages[stage] * start;
            }
        }
    }

    private double[] arrivalStages() {
        double[] stages = new double[Assortment.STAGES];
        for (int day = 0; day < calendar.arrivalDays(); day++) {
            stages[assortment.stage(day)] += 1.0 / calendar.arrivalDays();
        }
        return stages;
    }

    /** The sum is the probability that the shopper comes again before the log ends. */
    private double[] returnStages() {
        double[] stages = new double[Assortment.STAGES];
        for (int day = sessionDay + 1; day < calendar.days(); day++) {
            for (int i = 0; i < activity.length; i++) {
                stages[assortment.stage(day)] +=
                        activity[i] * calendar.returnProbability(i, sessionDay, day);
            }
        }
        return stages;
    }

    /** The probability of the segment with each way: [way]. */
    double[] ways(int segment) {
        return latent[segment].clone();
    }

    double activity(int kind) {
        return activity[kind];
    }

    ShopperState state() {
        return state;
    }

    /** On which the newest session began. */
    int sessionDay() {
        return sessionDay;
    }

    /** Of the newest act. */
    long lastSecond() {
        return lastSecond;
    }

    boolean anythingSeen() {
        return anythingSeen;
    }

    private static double sum(double[] values) {
        return Arrays.stream(values).sum();
    }

    private static void normalise(double[] weights) {
        double total = sum(weights);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= total;
        }
    }
}
