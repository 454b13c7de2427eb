package dev.nextact.data;

import dev.nextact.core.ShopConfig.Action;
import dev.nextact.data.PrepareFigures.Point;
import dev.nextact.data.PrepareReport.Rule;
import dev.nextact.data.PrepareReport.SourceFile;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The report as one page that needs nothing else: where every row went, what the rules did, and
 * charts drawn as SVG, each with its numbers in a tip.
 */
final class PreparePage {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 190;
    private static final int LEFT = 70;
    private static final int BOTTOM = 34;
    private static final int TOP = 8;

    private static final List<String> COLOURS =
            List.of("#2563eb", "#d97706", "#059669", "#7c3aed", "#db2777", "#4b5563");

    /** Whether a bar's height tells its number or the logarithm of it. */
    private enum Scale {
        LINEAR,
        LOG
    }

    private final StringBuilder page = new StringBuilder();

    private PreparePage() {}

    static String html(PrepareReport report) {
        PreparePage page = new PreparePage();
        page.write(report);
        return page.page.toString();
    }

    private void write(PrepareReport report) {
        PrepareFigures figures = report.figures();
        page.append(
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>nextact: prepared data</title>
                <style>
                body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem;
                       padding: 0 1rem; color: #1f2937; }
                h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
                table { border-collapse: collapse; width: 100%; }
                th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid #e5e7eb;
                         font-variant-numeric: tabular-nums; }
                th:first-child, td:first-child, td.text, th.text { text-align: left; }
                svg { width: 100%; height: auto; } .key { margin-right: 1rem; }
                .key i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; }
                </style></head><body>
                <h1>Prepared data</h1>
                """);
        line(
                "<p>%,d events of %,d users and %,d items%s.</p>",
                report.events(),
                report.users(),
                report.items(),
                report.clock()
                        ? ", " + report.firstEvent() + " to " + report.lastEvent() + " UTC"
                        : "; times only order the events");
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
                Scale.LINEAR);
        if (!figures.parts().isEmpty()) {
            chart(
                    "Training, validation and test",
                    "part",
                    figures.parts(),
                    List.of("events"),
                    Scale.LINEAR);
        }
        page.append("</body></html>\n");
    }

    private void rows(PrepareReport report) {
        page.append(
                "<h2>Where every row went</h2><table><thead><tr><th>file</th><th>read</th>"
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
                        + "</tbody></table>",
                report.read(), report.kept(), report.repaired(), report.rejected());
        reasons("Rejected rows, by reason; each is in rejected.csv", report.rejectedByReason());
        reasons("Repaired rows, by what was changed", report.repairedByReason());
    }

    private void reasons(String title, Map<String, Long> rows) {
        if (rows.isEmpty()) {
            return;
        }
        line("<h2>%s</h2><table><tbody>", title);
        long most = rows.values().stream().mapToLong(Long::longValue).max().orElse(1);
        rows.forEach(
                (reason, count) ->
                        line(
                                "<tr><td>%s</td><td class=\"text\" style=\"width:45%%\"><div"
                                        + " style=\"background:#dc2626;height:.8em;width:%.1f%%\">"
                                        + "</div></td><td>%,d</td></tr>",
                                escaped(reason), 100.0 * count / most, count));
        page.append("</tbody></table>\n");
    }

    private void rules(List<Rule> rules) {
        page.append(
                "<h2>Rules</h2><table><thead><tr><th>rule</th><th class=\"text\">looks for</th>"
                        + "<th class=\"text\">what is found</th><th>rows</th></tr></thead><tbody>\n");
        for (Rule rule : rules) {
            String done =
                    switch (rule.action()) {
                        case KEEP -> "off";
                        case FLAG -> "flagged and kept";
                        case DROP -> "rejected";
                    };
            line(
                    "<tr><td>%s</td><td class=\"text\">%s</td><td class=\"text\">%s</td><td>%s</td>"
                            + "</tr>",
                    escaped(rule.name()),
                    escaped(rule.explanation()),
                    done,
                    rule.action() == Action.KEEP
                            ? "–"
                            : String.format(Locale.ROOT, "%,d", rule.rows()));
        }
        page.append("</tbody></table>\n");
    }

    private void chart(
            String title, String axis, List<Point> points, List<String> series, Scale scale) {
        double most = 1;
        for (Point point : points) {
            most = Math.max(most, sum(point));
        }
        line("<h2>%s</h2>", escaped(title));
        for (int s = 0; s < series.size(); s++) {
            line(
                    "<span class=\"key\"><i style=\"background:%s\"></i>%s</span>",
                    COLOURS.get(s % COLOURS.size()), escaped(series.get(s)));
        }
        line(
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" font-size=\"11\">",
                WIDTH, HEIGHT, escaped(title));
        double floor = HEIGHT - BOTTOM;
        double room = floor - TOP;
        for (int tick = 0; tick <= 2; tick++) {
            double value = scale == Scale.LOG ? Math.pow(most, tick / 2.0) : most * tick / 2.0;
            double y = floor - room * height(value, most, scale);
            line(
                    "<path d=\"M%d %.1f H%d\" stroke=\"#e5e7eb\"/><text x=\"%d\" y=\"%.1f\""
                            + " text-anchor=\"end\">%,.0f</text>",
                    LEFT, y, WIDTH, LEFT - 6, y + 4, value);
        }
        double step = (WIDTH - LEFT) / (double) Math.max(1, points.size());
        int labelEvery = (int) Math.ceil(90 / step);
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double x = LEFT + i * step;
            double total = sum(point);
            double below = 0;
            for (int s = 0; s < point.values().size(); s++) {
                double value = point.values().get(s);
                // bars of several series stand on each other: their heights share the total's
                double tall = total == 0 ? 0 : room * height(total, most, scale) * value / total;
                line(
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\">"
                                + "<title>%s: %s %s</title></rect>",
                        x + step * 0.1,
                        floor - below - tall,
                        step * 0.8,
                        tall,
                        COLOURS.get(s % COLOURS.size()),
                        escaped(point.label()),
                        number(value),
                        escaped(series.get(s)));
                below += tall;
            }
            if (i % labelEvery == 0) {
                line(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                        x + step / 2, floor + 14, escaped(point.label()));
            }
        }
        line(
                "<text x=\"%d\" y=\"%d\" text-anchor=\"end\" fill=\"#6b7280\">%s</text></svg>",
                WIDTH, HEIGHT - 4, escaped(axis));
    }

    /** Of 1, how much of the room a bar takes; on the log scale 1 still shows. */
    private static double height(double value, double most, Scale scale) {
        return scale == Scale.LINEAR
                ? value / most
                : value < 1 ? 0 : (Math.log(value) + 0.3) / (Math.log(most) + 0.3);
    }

    private static double sum(Point point) {
        return point.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.1f", value);
    }

    private void line(String format, Object... args) {
        page.append(String.format(Locale.ROOT, format, args)).append('\n');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
