package dev.nextact.core.plan;

import dev.nextact.core.plan.StageEstimate.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What prepare, train and score of a log need, on each number of machines. An estimate: times are
 * worked out from coefficients measured on small machines and logs, and carry how far the truth may
 * be from them.
 *
 * @param estimates by stage, then by machines in the order asked
 */
public record Plan(Workload asked, Coefficients known, List<StageEstimate> estimates) {

    public Plan {
        estimates = List.copyOf(estimates);
    }

    public static Plan of(Workload asked, Coefficients known) {
        PreparePlan prepare = new PreparePlan(asked, known);
        TrainPlan train = new TrainPlan(asked, known);
        ScorePlan score = new ScorePlan(asked, known);
        List<StageEstimate> estimates = new ArrayList<>();
        asked.machines().forEach(machines -> estimates.add(prepare.on(machines)));
        asked.machines().forEach(machines -> estimates.add(train.on(machines)));
        asked.machines().forEach(machines -> estimates.add(score.on(machines)));
        return new Plan(asked, known, estimates);
    }

    /** In the order of the machines asked for. */
    public List<StageEstimate> of(Stage stage) {
        return estimates.stream().filter(estimate -> estimate.stage() == stage).toList();
    }

    /** For JSON: seconds, bytes, and the coefficients with their sources. */
    public Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("asked", askedTree());
        tree.put("estimates", estimates.stream().map(StageEstimate::toTree).toList());
        Map<String, Object> coefficients = new LinkedHashMap<>();
        for (Coefficient coefficient : Coefficient.values()) {
            Measured measured = known.of(coefficient);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("value", measured.value());
            one.put("unit", coefficient.unit());
            one.put("within", measured.within());
            one.put("how", measured.how());
            coefficients.put(coefficient.key(), one);
        }
        tree.put("coefficients", coefficients);
        tree.put("measured_on", known.machine());
        tree.put("checked", known.checked());
        return tree;
    }

    private Map<String, Object> askedTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("events", asked.events());
        tree.put("users", asked.users());
        tree.put("items", asked.items());
        tree.put("machines", asked.machines());
        tree.put("cores", asked.machine().cores());
        tree.put("link_gigabits", asked.machine().gigabits());
        tree.put("disk_megabytes", asked.machine().diskMegabytes());
        tree.put("memory_bytes", asked.machine().memory());
        tree.put("width", asked.network().width());
        tree.put("layers", asked.network().layers());
        tree.put("length", asked.network().length());
        tree.put("negatives", asked.network().negatives());
        tree.put("batch", asked.network().batch());
        tree.put("epochs", asked.epochs());
        tree.put("k", asked.k());
        return tree;
    }
}
