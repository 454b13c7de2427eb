package dev.nextact.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * One shopper's life in the shop, drawn from the {@link ShoppingModel}. Shoppers are drawn
 * independently of each other: shopper 7 does the same whether there are ten or a million.
 */
final class Shopper {

    /**
     * @param second since {@link Calendar#START}
     * @param session of the shopper, 0 = the first
     */
    record LoggedAct(Act act, long second, int session) {}

    private final ShoppingModel model;
    private final Calendar calendar;
    private final SplittableRandom random;
    private final int segment;
    private final int activity;
    private final ShopperState state;
    private final List<LoggedAct> log = new ArrayList<>();

    private Shopper(ShoppingModel model, long seed, int user) {
        this.model = model;
        this.calendar = model.calendar();
        this.random = new SplittableRandom(new SplittableRandom(seed).nextLong() + user);
        this.segment = random.nextInt(Segments.COUNT);
        this.activity = calendar.drawActivity(random);
        this.state = new ShopperState(model.assortment());
    }

    /** All the acts of a shopper, at least one, in the order of time. */
    static List<LoggedAct> live(ShoppingModel model, long seed, int user) {
        Shopper shopper = new Shopper(model, seed, user);
        shopper.live();
        return shopper.log;
    }

    private void live() {
        int day = calendar.drawArrival(random);
        for (int session = 0; day < calendar.days(); session++) {
            shop(day, session);
            day = calendar.drawReturn(activity, day, random);
        }
    }

    private void shop(int day, int session) {
        state.startSession(model.assortment().stage(day));
        Way way = drawWay();
        long second = calendar.drawSessionStart(day, random);
        Act act =
                draw(
                        model.possibleStarts(state.supplies()),
                        a ->
                                model.start(
                                        a,
                                        segment,
                                        state.boughtBefore(),
                                        state.supplies(),
                                        state.stage()));
        log.add(new LoggedAct(act, second, session));
        state.record(act.item(), act.behaviour());
        while (random.nextDouble() >= model.end(state)) {
            second += calendar.drawPauseSeconds(random);
            act =
                    draw(
                            model.possibleNext(state),
                            a -> model.chance(a, state) * model.choice(a, segment, way, state));
            log.add(new LoggedAct(act, second, session));
            state.record(act.item(), act.behaviour());
        }
    }

    private Way drawWay() {
        double left = random.nextDouble();
        for (Way way : Way.ALL) {
            left -= way.share();
            if (left < 0) {
                return way;
            }
        }
        return Way.ALL.get(0);
    }

    /**
     * @param weight need not sum to 1 over the acts
     */
    private Act draw(List<Act> acts, ToDoubleFunction<Act> weight) {
        double[] weights = new double[acts.size()];
        double total = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weight.applyAsDouble(acts.get(i));
            total += weights[i];
        }
        double left = random.nextDouble() * total;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    break;
                }
            }
        }
        return acts.get(last);
    }
}
