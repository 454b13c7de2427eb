package dev.nextact.core.demand;

import java.util.List;

/** Foretells what will sell. Sees what it is handed and nothing else. */
public interface DemandForecaster {

    /** As it stands in reports. */
    String name();

    /**
     * @param past up to the cut-off
     * @param horizon H, steps of a period
     * @return one for each series of the panel, in their order
     */
    List<DemandForecast> forecast(DemandPanel past, int horizon);
}
