package dev.nextact.simulator;

import dev.nextact.core.Catalog;
import dev.nextact.core.EventSequence;
import dev.nextact.core.EventSequences;
import dev.nextact.core.NextItemScorer;
import java.util.ArrayList;
import java.util.List;

/**
 * How much there is to learn in the demo shop: ndcg@10 of the oracle beside two simple rules. Run
 * by hand: {@code main [users] [days] [seed] [categories]}.
 */
final class HeadRoomStudy {

    private static final int K = 10;

    private HeadRoomStudy() {}

    /** ndcg@10 over the events after the cut-off, learned from those before. */
    record Result(int targets, double oracle, double markov, double popularity) {}

    public static void main(String[] args) {
        SimulationSettings settings = SimulationSettings.defaults();
        settings = args.length > 0 ? settings.withUsers(Integer.parseInt(args[0])) : settings;
        settings = args.length > 1 ? settings.withDays(Integer.parseInt(args[1])) : settings;
        settings = args.length > 2 ? settings.withSeed(Long.parseLong(args[2])) : settings;
        settings = args.length > 3 ? settings.withCategories(Integer.parseInt(args[3])) : settings;
        ShoppingModel model = new ShoppingModel(settings);
        EventSequences log = Logs.simulate(model, settings);
        System.out.printf("%s: %d events%n", settings, log.events());
        int[] behaviours = new int[3];
        int[] perItem = new int[model.assortment().size()];
        for (int user = 0; user < log.size(); user++) {
            for (int i = 0; i < log.get(user).size(); i++) {
                behaviours[log.get(user).behaviour(i)]++;
                perItem[log.get(user).item(i) - 1]++;
            }
        }
        java.util.Arrays.sort(perItem);
        System.out.printf(
                "behaviours %s, events an item: least %d, 5%% %d, median %d, most %d%n",
                java.util.Arrays.toString(behaviours),
                perItem[0],
                perItem[perItem.length / 20],
                perItem[perItem.length / 2],
                perItem[perItem.length - 1]);
        System.out.println("last event   " + study(model, log, true));
        System.out.println("last quarter " + study(model, log, false));
    }

    static Result study(ShoppingModel model, EventSequences log, boolean lastEventOnly) {
        int items = model.assortment().size();
        Catalog catalog = Logs.catalog(model);
        Oracle oracle = new Oracle(model, catalog);
        float[] popularity = new float[items + 1];
        float[][] follows = new float[items + 1][items + 1];
        List<EventSequence> histories = new ArrayList<>();
        List<Integer> targets = new ArrayList<>();
        for (int user = 0; user < log.size(); user++) {
            EventSequence events = log.get(user);
            int from = lastEventOnly ? events.size() - 1 : Math.max(1, events.size() * 3 / 4);
            for (int i = 0; i < events.size(); i++) {
                if (i < from) {
                    popularity[events.item(i)]++;
                    if (i > 0) {
                        follows[events.item(i - 1)][events.item(i)]++;
                    }
                } else if (i > 0 && user % 4 == 0) {
                    histories.add(events.prefix(i));
                    targets.add(events.item(i));
                }
            }
        }
        for (float[] row : follows) {
            for (int item = 1; item <= items; item++) {
                row[item] += popularity[item] / log.events();
            }
        }
        return new Result(
                targets.size(),
                ndcg(oracle, histories, targets, items),
                ndcg(new LastItem("markov", follows), histories, targets, items),
                ndcg(new LastItem("popularity", null, popularity), histories, targets, items));
    }

    private record LastItem(String name, float[][] follows, float[] otherwise)
            implements NextItemScorer {
        LastItem(String name, float[][] follows) {
            this(name, follows, null);
        }

        @Override
        public void score(List<EventSequence> histories, float[][] scores) {
            for (int row = 0; row < histories.size(); row++) {
                EventSequence history = histories.get(row);
                float[] from =
                        follows == null ? otherwise : follows[history.item(history.size() - 1)];
                System.arraycopy(from, 0, scores[row], 0, from.length);
            }
        }
    }

    private static double ndcg(
            NextItemScorer scorer,
            List<EventSequence> histories,
            List<Integer> targets,
            int items) {
        double sum = 0;
        float[][] scores = new float[1][items + 1];
        for (int i = 0; i < histories.size(); i++) {
            scorer.score(histories.subList(i, i + 1), scores);
            int rank = 1;
            for (int item = 1; item <= items; item++) {
                if (scores[0][item] > scores[0][targets.get(i)]) {
                    rank++;
                }
            }
            sum += rank <= K ? Math.log(2) / Math.log(rank + 1) : 0;
        }
        return sum / histories.size();
    }
}
