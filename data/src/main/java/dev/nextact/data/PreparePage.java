package dev.nextact.data;

import dev.nextact.core.ShopConfig.Action;
import dev.nextact.data.PrepareFigures.Point;
import dev.nextact.data.PrepareReport.Rule;
import dev.nextact.data.PrepareReport.SourceFile;
import java.time.Instant;
import java.util.ArrayList;
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

    /** Of a letter in a label, about. */
    private static final double LETTER = 6.2;

    private static final double WIDEST_BAR = 120;

    /** So many colours the style names, {@code --c0} and on. */
    private static final int COLOURS = 6;

    /** Whether a bar's height tells its number or the logarithm of it. */
    private enum Scale {
        LINEAR,
        PERCENT,
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
                :root { color-scheme: light dark; --ink: #1f2937; --faint: #6b7280; --line: #e5e7eb;
                        --ground: #fff; --bad: #dc2626; --c0: #2563eb; --c1: #d97706;
                        --c2: #059669; --c3: #7c3aed; --c4: #db2777; --c5: #4b5563; }
                @media (prefers-color-scheme: dark) {
                  :root { --ink: #e5e7eb; --faint: #9ca3af; --line: #374151; --ground: #111827;
                          --bad: #f87171; --c0: #60a5fa; --c1: #fbbf24; --c2: #34d399;
                          --c3: #a78bfa; --c4: #f472b6; --c5: #9ca3af; } }
                body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem;
                       padding: 0 1rem; color: var(--ink); background: var(--ground); }
                h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
                .wide { overflow-x: auto; }
                table { border-collapse: collapse; width: 100%; }
                .rules { min-width: 38rem; }
                th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
                         font-variant-numeric: tabular-nums; }
                th:first-child, td:first-child, td.text, th.text { text-align: left; }
                td.short { white-space: nowrap; }
                .bar { background: var(--bad); height: .8em; }
                svg { width: 100%; min-width: 34rem; height: auto; display: block; }
                svg text { fill: var(--ink); } svg .axis { fill: var(--faint); }
                svg path { stroke: var(--line); }
                .key { margin-right: 1rem; white-space: nowrap; }
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
                        ? ", "
                                + minute(report.firstEvent())
                                + " to "
                                + minute(report.lastEvent())
                                + " UTC"
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
                Scale.PERCENT);
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
        List<Double> ticks = ticks(points, scale);
        double most = ticks.get(ticks.size() - 1);
        line("<h2>%s</h2>", escaped(title));
        for (int s = 0; s < series.size(); s++) {
            line(
                    "<span class=\"key\"><i style=\"background:var(--c%d)\"></i>%s</span>",
                    s % COLOURS, escaped(series.get(s)));
        }
        line(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
                        + " font-size=\"11\">",
                WIDTH, HEIGHT, escaped(title));
        double floor = HEIGHT - BOTTOM;
        double room = floor - TOP;
        for (double value : ticks) {
            double y = floor - room * height(value, most, scale);
            line(
                    "<path d=\"M%d %.1f H%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s"
                            + "</text>",
                    LEFT, y, WIDTH, LEFT - 6, y + 4, number(value));
        }
        double step = (WIDTH - LEFT) / (double) Math.max(1, points.size());
        int longest = points.stream().mapToInt(point -> point.label().length()).max().orElse(1);
        int labelEvery = (int) Math.ceil((longest * LETTER + 8) / step);
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            double middle = LEFT + (i + 0.5) * step;
            double wide = Math.min(step * 0.8, WIDEST_BAR);
            double total = sum(point);
            double below = 0;
            for (int s = 0; s < point.values().size(); s++) {
                double value = point.values().get(s);
                if (value == 0) {
                    continue;
                }
                // bars of several series stand on each other: their heights share the total's
                double tall = room * height(total, most, scale) * value / total;
                line(
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\""
                                + " fill=\"var(--c%d)\"><title>%s: %s %s</title></rect>",
                        middle - wide / 2,
                        floor - below - tall,
                        wide,
                        tall,
                        s % COLOURS,
                        escaped(point.label()),
                        number(value),
                        escaped(series.get(s)));
                below += tall;
            }
            if (i % labelEvery == 0) {
                line(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                        Math.min(middle, WIDTH - point.label().length() * LETTER / 2),
                        floor + 14,
                        escaped(point.label()));
            }
        }
        line(
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></svg></div>",
                WIDTH, HEIGHT - 4, escaped(axis));
    }

    /** Round numbers, from the least to one that no bar exceeds. */
    private static List<Double> ticks(List<Point> points, Scale scale) {
        double most = points.stream().mapToDouble(PreparePage::sum).max().orElse(0);
        List<Double> ticks = new ArrayList<>();
        switch (scale) {
            case PERCENT -> ticks.addAll(List.of(0.0, 50.0, 100.0));
            case LINEAR -> {
                double power = Math.pow(10, Math.floor(Math.log10(Math.max(1, most))));
                double step =
                        Math.max(
                                1,
                                most > 5 * power
                                        ? 2 * power
                                        : most > 2 * power ? power : power / 2);
                for (double tick = 0; tick < most + step; tick += step) {
                    ticks.add(tick);
                }
            }
            case LOG -> {
                for (double tick = 1; tick < most * 10; tick *= 10) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    /** Of 1, how much of the room a bar takes; on the log scale 1 still shows. */
    private static double height(double value, double most, Scale scale) {
        if (scale != Scale.LOG) {
            return most == 0 ? 0 : value / most;
        }
        return value < 1 ? 0 : (Math.log(value) + 0.3) / (Math.log(most) + 0.3);
    }

    private static double sum(Point point) {
        return point.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.1f", value);
    }

    /** {@code 2019-10-01T08:16:39Z} → {@code 2019-10-01 08:16}. */
    private static String minute(Instant time) {
        return time.toString().substring(0, "2019-10-01T08:16".length()).replace('T', ' ');
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
