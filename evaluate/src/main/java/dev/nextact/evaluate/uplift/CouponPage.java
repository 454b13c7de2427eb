package dev.nextact.evaluate.uplift;

import dev.nextact.core.report.Page;
import dev.nextact.core.uplift.Estimate;
import java.util.List;
import java.util.stream.IntStream;

/** A page about a coupon: the sentences of its report, and what contacting more and more gains. */
final class CouponPage {

    private CouponPage() {}

    static String html(CouponReport report) {
        Page page = new Page("Coupon", "Whom a coupon moves");
        page.line("<ul>");
        report.sentences().forEach(sentence -> page.line("<li>%s</li>", Page.escaped(sentence)));
        page.line("</ul>");
        report.judged().ifPresent(judged -> add(page, judged));
        return page.html();
    }

    private static void add(Page page, CouponReport.Judged judged) {
        int steps = CouponReport.STEPS;
        double[] shares =
                IntStream.rangeClosed(0, steps).mapToDouble(i -> 100.0 * i / steps).toArray();
        double all = judged.curve()[steps];
        page.lines(
                "Qini curve, on shoppers held out",
                "% of shoppers contacted",
                "gain per shopper",
                List.of(
                        new Page.Line("by uplift", shares, judged.curve()),
                        new Page.Line("by intent", shares, judged.intentCurve()),
                        new Page.Line("at random", new double[] {0, 100}, new double[] {0, all})),
                Page.Diagonal.ABSENT);
        page.line("<h2>What it gains in all</h2>");
        page.line("<table><tr><th>whom</th><th>gain</th><th>95&nbsp;%%: from</th><th>to</th></tr>");
        row(page, "this list", judged.value());
        row(page, "as many by intent", judged.valueOfIntent());
        row(page, "everybody", judged.valueOfAll());
        page.line("</table>");
    }

    private static void row(Page page, String whom, Estimate gain) {
        page.line(
                "<tr><td>%s</td><td>%,.1f</td><td>%,.1f</td><td>%,.1f</td></tr>",
                whom, gain.value(), gain.low(), gain.high());
    }
}
