package dev.nextact.predict;

import dev.nextact.core.report.Page;
import dev.nextact.predict.PredictAudience.Backtest;
import dev.nextact.predict.PredictAudience.Request;
import dev.nextact.predict.PredictAudience.Summary;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A page about an audience: whom it reaches, and how well the same question was answered before.
 */
final class AudiencePage {

    private AudiencePage() {}

    static String html(Request request, Summary summary) {
        Page page = new Page("Audience", "Whom to address");
        page.line(
                "<p>%,d of %,d shoppers are contacted and %,d held out. To %s (%s) within %.1f days"
                        + " comes %.0f of those contacted, 95&nbsp;%%: %.0f to %.0f.</p>",
                summary.reach().contacted(),
                summary.shoppers(),
                summary.reach().heldOut(),
                Page.escaped(request.behaviour()),
                Page.escaped(request.of()),
                request.horizon().toMillis() / 86_400e3,
                summary.expected(),
                summary.low(),
                summary.high());
        int steps = PredictAudience.STEPS;
        double[] shares =
                IntStream.rangeClosed(0, steps).mapToDouble(i -> i * 100.0 / steps).toArray();
        double all = summary.curve()[steps];
        page.lines(
                "Expected buyers by how many are contacted",
                "% of shoppers contacted",
                "expected buyers",
                List.of(
                        new Page.Line("the likeliest first", shares, summary.curve()),
                        new Page.Line("at random", new double[] {0, 100}, new double[] {0, all})),
                Page.Diagonal.ABSENT);
        summary.backtest().ifPresent(backtest -> add(page, backtest, shares));
        return page.html();
    }

    private static void add(Page page, Backtest backtest, double[] shares) {
        double[] reached = backtest.reached().clone();
        for (int i = 0; i < reached.length; i++) {
            reached[i] *= 100;
        }
        page.line(
                "<p>The same question at the start of the test, over %.1f days, with as large a"
                        + " share listed: %.0f were foretold, %d came.</p>",
                backtest.days(), backtest.foretold(), backtest.came());
        page.lines(
                "Gain at the start of the test",
                "% of shoppers, the likeliest first",
                "% of all who came",
                List.of(
                        new Page.Line("reached", shares, reached),
                        new Page.Line("at random", new double[] {0, 100}, new double[] {0, 100})),
                Page.Diagonal.ABSENT);
    }
}
