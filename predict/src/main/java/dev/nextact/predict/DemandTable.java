package dev.nextact.predict;

import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSource;
import dev.nextact.core.demand.NegativeBinomial;
import dev.nextact.model.bundle.DemandBundle;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What every item will sell from one cut-off on, ready to be asked. Immutable; thread-safe. */
public final class DemandTable {

    private final DemandBundle bundle;
    private final List<LocalDate> starts;
    private final Map<String, Answer> byItem;

    private record Answer(List<NegativeBinomial> steps, double tail) {}

    private DemandTable(DemandBundle bundle, List<LocalDate> starts, Map<String, Answer> byItem) {
        this.bundle = bundle;
        this.starts = starts;
        this.byItem = byItem;
    }

    /**
     * @param past the log up to the cut-off, by the model's period
     * @param source the shoppers' model, where the bundle counts it
     */
    public static DemandTable of(
            DemandBundle bundle, DemandPanel past, Optional<DemandSource> source) {
        int horizon = bundle.settings().horizon();
        Map<String, Answer> byItem = new HashMap<>();
        try (DemandModel model = DemandModel.open(bundle, source)) {
            List<List<NegativeBinomial>> all = model.distributions(past, horizon);
            for (int i = 0; i < all.size(); i++) {
                DemandClass of = DemandClass.of(past.series().get(i).units());
                byItem.put(
                        past.series().get(i).item(),
                        new Answer(all.get(i), bundle.settings().calibration().tail(of)));
            }
        }
        List<LocalDate> starts = new ArrayList<>();
        for (int h = 0; h < horizon; h++) {
            starts.add(PredictDemand.starts(past, h));
        }
        return new DemandTable(bundle, List.copyOf(starts), byItem);
    }

    /** How many items there are. */
    public int size() {
        return byItem.size();
    }

    public DemandPeriod period() {
        return bundle.settings().period();
    }

    /** The version of the model that answers. */
    public int version() {
        return bundle.manifest().version();
    }

    /** The first day (UTC) of each step. */
    public List<LocalDate> starts() {
        return starts;
    }

    /** Empty for an item that neither the log nor a table of items knows. */
    public Optional<DemandForecast> of(String item) {
        return Optional.ofNullable(byItem.get(item))
                .map(answer -> DemandForecast.of(answer.steps(), answer.tail()));
    }
}
