package dev.nextact.predict;

import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandGroup;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.core.report.Page;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A page with fans of forecasts: the total, and the items that are foretold to sell the most. */
final class DemandPage {

    private static final int ITEMS = 12;

    private DemandPage() {}

    static String html(DemandPanel past, List<DemandForecast> items, List<DemandGroup> groups) {
        Page page = new Page("Demand", "What will sell");
        page.line(
                "<p>%,d items, from %s on, by the %s. 0 is the first %s that is foretold. The"
                        + " interval held 80&nbsp;%% of what came on the validation part.</p>",
                items.size(),
                PredictDemand.starts(past, 0),
                past.period().title(),
                past.period().title());
        DemandGroup total = groups.get(groups.size() - 1);
        double[] sold = Arrays.stream(past.totals()).asDoubleStream().toArray();
        fan(page, "All items", past, sold, DemandForecast.of(total.steps()));
        int[] order =
                IntStream.range(0, items.size())
                        .boxed()
                        .sorted(
                                Comparator.comparingDouble(
                                        i -> -Arrays.stream(items.get(i).mean()).sum()))
                        .limit(ITEMS)
                        .mapToInt(i -> i)
                        .toArray();
        for (int i : order) {
            DemandSeries series = past.series().get(i);
            double[] units = Arrays.stream(series.units()).asDoubleStream().toArray();
            fan(page, series.item(), past, units, items.get(i));
        }
        return page.html();
    }

    /**
     * @param units of the past, the newest last
     */
    private static void fan(
            Page page, String title, DemandPanel past, double[] units, DemandForecast forecast) {
        int shown = Math.min(DemandTable.PAST, units.length);
        double[] before = IntStream.range(-shown, 0).asDoubleStream().toArray();
        double[] after = IntStream.range(0, forecast.horizon()).asDoubleStream().toArray();
        List<Page.Line> lines = new ArrayList<>();
        lines.add(
                new Page.Line(
                        "sold",
                        before,
                        Arrays.copyOfRange(units, units.length - shown, units.length)));
        lines.add(new Page.Line("expected", after, forecast.mean()));
        lines.add(new Page.Line("80 %, from", after, ends(forecast, 0)));
        lines.add(new Page.Line("80 %, to", after, ends(forecast, 1)));
        page.lines(title, past.period().title(), "units", lines, Page.Diagonal.ABSENT);
    }

    private static double[] ends(DemandForecast forecast, int end) {
        return Arrays.stream(forecast.interval()).mapToDouble(ends -> ends[end]).toArray();
    }
}
