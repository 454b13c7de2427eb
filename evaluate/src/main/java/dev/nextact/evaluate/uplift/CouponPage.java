package dev.nextact.evaluate.uplift;

import dev.nextact.core.report.Page;
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
        page.bars(
                "What it gains in all",
                "whom",
                List.of(
                        bar("this list", judged.value().value()),
                        bar("as many by intent", judged.valueOfIntent().value()),
                        bar("everybody", judged.valueOfAll().value())),
                List.of("gain, where above 0"),
                Page.Scale.LINEAR);
    }

    private static Page.Bar bar(String label, double value) {
        return new Page.Bar(label, List.of(Math.max(0, value)));
    }
}
