package dev.nextact.data;

import dev.nextact.core.ShopConfig.Action;
import dev.nextact.core.report.Page;
import dev.nextact.core.report.Page.Bar;
import dev.nextact.core.report.Page.Scale;
import dev.nextact.data.PrepareFigures.Point;
import dev.nextact.data.PrepareReport.Rule;
import dev.nextact.data.PrepareReport.SourceFile;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The report as a page: where every row went, what the rules did, and charts. */
final class PreparePage {

    private final Page page = new Page("nextact: prepared data", "Prepared data");

    private PreparePage() {}

    static String html(PrepareReport report) {
        PreparePage page = new PreparePage();
        page.write(report);
        return page.page.html();
    }

    private void write(PrepareReport report) {
        PrepareFigures figures = report.figures();
        line(
                "<p>%,d events of %,d users and %,d items%s.</p>",
                report.events(),
                report.users(),
                report.items(),
                report.clock()
                        ? ", "
                                + minute(report.firstEvent())
                                + " to "
                                + minute(report.lastEvent())
                                + " UTC"
                        : "; times only order the events");
        if (report.k() > 1) {
            line("<p>%s.</p>", report.fewAreHidden());
        }
        rows(report);
        rules(report.rules());
        List<String> behaviours = List.copyOf(report.behaviours().keySet());
        if (!figures.byDay().isEmpty()) {
            chart("Events over time", "day (UTC)", figures.byDay(), behaviours, Scale.LINEAR);
        }
        chart(
                "Funnel: shoppers who did it at least once",
                "behaviour",
                figures.funnel(),
                List.of("shoppers"),
                Scale.LINEAR);
        chart(
                "How active shoppers are",
                "events of a shopper",
                figures.activity(),
                List.of("shoppers, log scale"),
                Scale.LOG);
        chart(
                "How popular items are",
                "events of an item",
                figures.popularity(),
                List.of("items, log scale"),
                Scale.LOG);
        chart(
                "How long sessions are",
                "events of a session",
                figures.sessions(),
                List.of("sessions, log scale"),
                Scale.LOG);
        chart(
                "Missing values",
                "column",
                figures.missing(),
                List.of("percent of the events"),
                Scale.PERCENT);
        if (!figures.parts().isEmpty()) {
            chart(
                    "Training, validation and test",
                    "part",
                    figures.parts(),
                    List.of("events"),
                    Scale.LINEAR);
        }
    }

    private void rows(PrepareReport report) {
        page.append(
                "<h2>Where every row went</h2><div class=\"wide\"><table><thead><tr><th>file</th><th>read</th>"
                        + "<th>kept</th><th>repaired</th><th>rejected</th></tr></thead><tbody>\n");
        for (SourceFile file : report.files()) {
            line(
                    "<tr><td>%s</td><td>%,d</td><td>%,d</td><td>%,d</td><td>%,d</td></tr>",
                    escaped(file.file()),
                    file.read(),
                    file.keptRows(),
                    file.repairedRows(),
                    file.rejectedRows());
        }
        line(
                "<tr><th>all</th><th>%,d</th><th>%,d</th><th>%,d</th><th>%,d</th></tr>"
                        + "</tbody></table></div>",
                report.read(), report.kept(), report.repaired(), report.rejected());
        reasons("Rejected rows, by reason; each is in rejected.csv", report.rejectedByReason());
        reasons("Repaired rows, by what was changed", report.repairedByReason());
    }

    private void reasons(String title, Map<String, Long> rows) {
        if (rows.isEmpty()) {
            return;
        }
        line("<h2>%s</h2><div class=\"wide\"><table><tbody>", title);
        long most = rows.values().stream().mapToLong(Long::longValue).max().orElse(1);
        rows.forEach(
                (reason, count) ->
                        line(
                                "<tr><td>%s</td><td class=\"text\" style=\"width:45%%\"><div"
                                        + " class=\"bar\" style=\"width:%.1f%%\">"
                                        + "</div></td><td>%,d</td></tr>",
                                escaped(reason), 100.0 * count / most, count));
        page.append("</tbody></table></div>\n");
    }

    private void rules(List<Rule> rules) {
        page.append(
                "<h2>Rules</h2><div class=\"wide\"><table class=\"rules\"><thead><tr><th>rule</th><th class=\"text\">looks for</th>"
                        + "<th class=\"text\">what is found</th><th>rows</th></tr></thead><tbody>\n");
        for (Rule rule : rules) {
            String done =
                    switch (rule.action()) {
                        case KEEP -> "off";
                        case FLAG -> "flagged and kept";
                        case DROP -> "rejected";
                    };
            line(
                    "<tr><td>%s</td><td class=\"text\">%s</td><td class=\"text short\">%s</td><td>%s</td>"
                            + "</tr>",
                    escaped(rule.name()),
                    escaped(rule.explanation()),
                    done,
                    rule.action() == Action.KEEP
                            ? "–"
                            : String.format(Locale.ROOT, "%,d", rule.rows()));
        }
        page.append("</tbody></table></div>\n");
    }

    private void chart(
            String title, String axis, List<Point> points, List<String> series, Scale scale) {
        List<Bar> bars = points.stream().map(p -> new Bar(p.label(), p.values())).toList();
        page.bars(title, axis, bars, series, scale);
    }

    /** {@code 2019-10-01T08:16:39Z} → {@code 2019-10-01 08:16}. */
    private static String minute(Instant time) {
        return time.toString().substring(0, "2019-10-01T08:16".length()).replace('T', ' ');
    }

    private void line(String format, Object... args) {
        page.line(format, args);
    }

    private static String escaped(String text) {
        return Page.escaped(text);
    }
}
