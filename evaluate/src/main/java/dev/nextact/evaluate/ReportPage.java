package dev.nextact.evaluate;

import dev.nextact.evaluate.EvaluationReport.Result;
import java.util.Locale;

/** The evaluation as one self-contained page: a bar for each model, a table, the rules. */
final class ReportPage {

    private static final int LEFT = 150;
    private static final int WIDTH = 520;
    private static final int ROW = 34;

    private ReportPage() {}

    static String html(EvaluationReport report) {
        return """
        <!doctype html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>nextact: evaluation</title>
        <style>
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 56rem;
               padding: 0 1rem; color: #1f2937; }
        h1 { font-size: 1.4rem; } table { border-collapse: collapse; width: 100%; }
        th, td { text-align: right; padding: .35rem .6rem; border-bottom: 1px solid #e5e7eb;
                 font-variant-numeric: tabular-nums; }
        th:first-child, td:first-child { text-align: left; } li { margin: .2rem 0; }
        tbody tr:first-child { font-weight: 600; }
        </style></head><body>
        <h1>Next item: how well the models rank</h1>
        """
                + "<p>"
                + (report.best().isEmpty() ? "" : escaped(report.verdict()) + ".")
                + "</p>\n"
                + chart(report)
                + table(report)
                + rules(report)
                + "</body></html>\n";
    }

    private static String chart(EvaluationReport report) {
        double most =
                report.results().stream().mapToDouble(r -> r.interval().high()).max().orElse(1);
        double scale = WIDTH / Math.max(1e-9, most * 1.15);
        int height = report.results().size() * ROW + 10;
        StringBuilder svg = new StringBuilder();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s of each model with"
                                + " its 95 %% interval\" font-size=\"13\">%n",
                        LEFT + WIDTH + 70,
                        height,
                        report.ndcg()));
        int y = 5;
        for (Result result : report.results()) {
            double value = result.metric(report.ndcg());
            svg.append(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                                    + "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"20\""
                                    + " fill=\"%s\"/>"
                                    + "<path d=\"M%.1f %d h%.1f m0 -5 v10 m%.1f -10 v10\""
                                    + " stroke=\"#111827\" fill=\"none\"/>"
                                    + "<text x=\"%.1f\" y=\"%d\">%.4f</text>%n",
                            LEFT - 10,
                            y + 15,
                            escaped(result.model()),
                            LEFT,
                            y,
                            value * scale,
                            colour(report, result),
                            LEFT + result.interval().low() * scale,
                            y + 10,
                            (result.interval().high() - result.interval().low()) * scale,
                            -(result.interval().high() - result.interval().low()) * scale,
                            LEFT + result.interval().high() * scale + 8,
                            y + 15,
                            value));
            y += ROW;
        }
        return svg.append("</svg>\n").toString();
    }

    /** The model stands out, baselines stand back, an oracle is neither. */
    private static String colour(EvaluationReport report, Result result) {
        if (result.equals(report.results().get(0))) {
            return "#2563eb";
        }
        return EvaluationReport.BASELINES.contains(result.model()) ? "#9ca3af" : "#6ee7b7";
    }

    private static String table(EvaluationReport report) {
        StringBuilder out = new StringBuilder("<table><thead><tr><th>model</th>");
        Result first = report.results().get(0);
        for (String metric : first.metrics().keySet()) {
            out.append("<th>").append(escaped(metric)).append("</th>");
        }
        out.append("<th>95 % of ").append(report.ndcg()).append("</th></tr></thead><tbody>\n");
        for (Result result : report.results()) {
            out.append("<tr><td>").append(escaped(result.model())).append("</td>");
            for (String metric : first.metrics().keySet()) {
                out.append(String.format(Locale.ROOT, "<td>%.4f</td>", result.metric(metric)));
            }
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<td>%.4f – %.4f</td></tr>%n",
                            result.interval().low(),
                            result.interval().high()));
        }
        return out.append("</tbody></table>\n").toString();
    }

    private static String rules(EvaluationReport report) {
        StringBuilder out = new StringBuilder("<h2>How it was measured</h2><ul>");
        report.rules().forEach(rule -> out.append("<li>").append(escaped(rule)).append("</li>"));
        return out.append(
                        "<li>the intervals come from drawing the shoppers anew 1,000 times</li></ul>\n")
                .toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
    }
}
