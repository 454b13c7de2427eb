package dev.nextact.evaluate;

import dev.nextact.core.report.Page;
import dev.nextact.evaluate.EvaluationReport.Result;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The evaluation as one self-contained page: charts, tables and the rules of each question. */
final class ReportPage {

    private static final int LEFT = 150;
    private static final int WIDTH = 520;
    private static final int ROW = 34;

    private ReportPage() {}

    static String html(EvaluationReport report) {
        Page page = new Page("nextact: evaluation", "How well the model answers");
        page.append("<h2>Next item</h2>\n");
        if (!report.best().isEmpty()) {
            page.line("<p>%s.</p>", Page.escaped(report.verdict()));
        }
        if (!report.results().isEmpty()) {
            page.append(chart(report));
            page.append(table(report));
        }
        page.append(rules(report.rules()));
        for (TaskReport task : report.others()) {
            page.line("<h2>%s</h2>", Page.escaped(task.title()));
            task.comparisons().forEach(c -> page.line("<p>%s.</p>", Page.escaped(c.toText())));
            if (!task.results().isEmpty()) {
                page.append(table(task));
            }
            page.append(rules(task.rules()));
            task.charts().accept(page);
        }
        page.line("<p>All intervals come from drawing the shoppers anew.</p>");
        return page.html();
    }

    private static String chart(EvaluationReport report) {
        double most =
                report.results().stream()
                        .mapToDouble(r -> r.interval(report.ndcg()).high())
                        .max()
                        .orElse(1);
        double scale = WIDTH / Math.max(1e-9, most * 1.15);
        int height = report.results().size() * ROW + 10;
        StringBuilder svg = new StringBuilder();
        svg.append(
                String.format(
                        Locale.ROOT,
                        "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\""
                                + " aria-label=\"%s of each model with its 95 %% interval\""
                                + " font-size=\"13\">%n",
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
                                    + " style=\"stroke:var(--ink)\" fill=\"none\"/>"
                                    + "<text x=\"%.1f\" y=\"%d\">%.4f</text>%n",
                            LEFT - 10,
                            y + 15,
                            Page.escaped(result.model()),
                            LEFT,
                            y,
                            value * scale,
                            colour(report, result),
                            LEFT + result.interval(report.ndcg()).low() * scale,
                            y + 10,
                            (result.interval(report.ndcg()).high()
                                            - result.interval(report.ndcg()).low())
                                    * scale,
                            -(result.interval(report.ndcg()).high()
                                            - result.interval(report.ndcg()).low())
                                    * scale,
                            LEFT + result.interval(report.ndcg()).high() * scale + 8,
                            y + 15,
                            value));
            y += ROW;
        }
        return svg.append("</svg></div>\n").toString();
    }

    /** The model stands out, baselines stand back, an oracle is neither. */
    private static String colour(EvaluationReport report, Result result) {
        if (result.equals(report.results().get(0))) {
            return "var(--c0)";
        }
        return EvaluationReport.BASELINES.contains(result.model()) ? "var(--c5)" : "var(--c2)";
    }

    /** A row for each model. */
    private static String table(EvaluationReport report) {
        StringBuilder out =
                new StringBuilder("<div class=\"wide\"><table><thead><tr><th>model</th>");
        Set<String> metrics = report.results().get(0).metrics().keySet();
        metrics.forEach(name -> out.append("<th>").append(Page.escaped(name)).append("</th>"));
        out.append("<th>95 % of ").append(report.ndcg()).append("</th></tr></thead><tbody>\n");
        for (Result result : report.results()) {
            out.append("<tr><td>").append(Page.escaped(result.model())).append("</td>");
            for (String metric : metrics) {
                out.append(String.format(Locale.ROOT, "<td>%.4f</td>", result.metric(metric)));
            }
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<td class=\"short\">%.4f – %.4f</td></tr>%n",
                            result.interval(report.ndcg()).low(),
                            result.interval(report.ndcg()).high()));
        }
        return out.append("</tbody></table></div>\n").toString();
    }

    /** A column for each model. */
    private static String table(TaskReport task) {
        StringBuilder out = new StringBuilder("<div class=\"wide\"><table>\n");
        String cell = "th";
        for (List<String> row : task.rows()) {
            out.append("<tr>");
            for (String text : row) {
                out.append("<%s class=\"short\">".formatted(cell)).append(Page.escaped(text));
                out.append("</%s>".formatted(cell));
            }
            out.append("</tr>\n");
            cell = "td";
        }
        return out.append("</table></div>\n").toString();
    }

    private static String rules(List<String> rules) {
        StringBuilder out = new StringBuilder("<ul>");
        rules.forEach(rule -> out.append("<li>").append(Page.escaped(rule)).append("</li>"));
        return out.append("</ul>\n").toString();
    }
}
