package dev.nextact.core.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/**
 * A report as one page that needs nothing else; its charts are drawn as SVG, each with its numbers
 * in a tip. Confined to one thread.
 */
public final class Page {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 190;
    private static final int LEFT = 70;
    private static final int WIDE_LEFT = 100;
    private static final int BOTTOM = 34;
    private static final int TOP = 8;
    private static final int PARALLEL_HEIGHT = 320;
    private static final int LINES_HEIGHT = 300;

    /** To the right of the last tick, for half its label. */
    private static final int LABEL_ROOM = 16;

    /** An axis does not begin at 0 where the least number is above that share of the greatest. */
    private static final double FAR_FROM_ZERO = 0.4;

    private static final double LN_2 = Math.log(2);

    /** Of a letter in a label, about. */
    private static final double LETTER = 6.2;

    private static final double WIDEST_BAR = 120;

    /** So many colours the style names, {@code --c0} and on. */
    private static final int COLOURS = 6;

    /**
     * Whether a bar's height tells its number, of 100 or of the greatest, or the logarithm of it.
     */
    public enum Scale {
        LINEAR,
        PERCENT,
        LOG
    }

    /** One bar of a chart, a number for each series; they stand on each other. */
    public record Bar(String label, List<Double> values) {
        public Bar {
            values = List.copyOf(values);
        }

        private double sum() {
            return values.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * One axis of a chart of parallel coordinates.
     *
     * @param places where each line crosses it, from 0 (below) to 1
     * @param labels of each line's value
     */
    public record Axis(String name, double[] places, List<String> labels) {
        public Axis {
            labels = List.copyOf(labels);
        }

        /** Numbers, from the least to the greatest; by their logarithms where they are positive. */
        public static Axis of(String name, double[] values, Scale scale, List<String> labels) {
            double[] places =
                    Arrays.stream(values)
                            .map(v -> scale == Scale.LOG ? Math.log(Math.max(1e-300, v)) : v)
                            .toArray();
            double least = Arrays.stream(places).min().orElse(0);
            double range = Arrays.stream(places).max().orElse(1) - least;
            for (int i = 0; i < places.length; i++) {
                places[i] = range == 0 ? 0.5 : (places[i] - least) / range;
            }
            return new Axis(name, places, labels);
        }
    }

    /**
     * One line of a chart, through points.
     *
     * @param x ascending
     */
    public record Line(String name, double[] x, double[] y) {
        public Line {
            if (x.length != y.length) {
                throw new IllegalArgumentException(
                        "y: expected as many as x, " + x.length + ", found " + y.length);
            }
            x = x.clone();
            y = y.clone();
        }
    }

    /**
     * Events of one row of a chart.
     *
     * @param seconds ascending from 0
     * @param kinds of each event, from 0
     */
    public record Timeline(String name, double[] seconds, int[] kinds) {
        public Timeline {
            seconds = seconds.clone();
            kinds = kinds.clone();
        }
    }

    /** Whether a chart of lines shows where x and y are the same, to the same scale on both. */
    public enum Diagonal {
        SHOWN,
        ABSENT
    }

    private final StringBuilder page = new StringBuilder();

    /**
     * @param title of the window
     * @param heading above everything
     */
    public Page(String title, String heading) {
        page.append(
                """
                <!doctype html>
                <html lang="en"><head><meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
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
                h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; } h3 { font-size: 1rem; }
                .wide { overflow-x: auto; }
                table { border-collapse: collapse; width: 100%%; }
                .rules { min-width: 38rem; }
                th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line);
                         font-variant-numeric: tabular-nums; }
                th:first-child, td:first-child, td.text, th.text { text-align: left; }
                td.short { white-space: nowrap; }
                .bar { background: var(--bad); height: .8em; }
                svg { width: 100%%; min-width: 34rem; height: auto; display: block; }
                svg text { fill: var(--ink); } svg .axis { fill: var(--faint); }
                svg path { stroke: var(--line); }
                .key { margin-right: 1rem; white-space: nowrap; }
                .key i { display: inline-block; width: .8em; height: .8em; margin-right: .35em; }
                </style></head><body>
                <h1>%s</h1>
                """
                        .formatted(escaped(title), escaped(heading)));
    }

    public String html() {
        return page + "</body></html>\n";
    }

    /** HTML as it is. */
    public void append(String html) {
        page.append(html);
    }

    /** A line of HTML. */
    public void line(String format, Object... args) {
        page.append(String.format(Locale.ROOT, format, args)).append('\n');
    }

    /**
     * A chart of bars.
     *
     * @param axis what the bars are
     * @param series what the numbers of a bar are
     */
    public void bars(String title, String axis, List<Bar> bars, List<String> series, Scale scale) {
        List<Double> ticks = ticks(bars, scale);
        double most = ticks.get(ticks.size() - 1);
        line("<h2>%s</h2>", escaped(title));
        key(series);
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
        double step = (WIDTH - LEFT) / (double) Math.max(1, bars.size());
        int longest = bars.stream().mapToInt(bar -> bar.label().length()).max().orElse(1);
        int labelEvery = (int) Math.ceil((longest * LETTER + 8) / step);
        for (int i = 0; i < bars.size(); i++) {
            Bar bar = bars.get(i);
            double middle = LEFT + (i + 0.5) * step;
            double wide = Math.min(step * 0.8, WIDEST_BAR);
            double total = bar.sum();
            double below = 0;
            for (int s = 0; s < bar.values().size(); s++) {
                double value = bar.values().get(s);
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
                        escaped(bar.label()),
                        number(value),
                        escaped(series.get(s)));
                below += tall;
            }
            if (i % labelEvery == 0) {
                line(
                        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                        Math.min(middle, WIDTH - bar.label().length() * LETTER / 2),
                        floor + 14,
                        escaped(bar.label()));
            }
        }
        line(
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text></svg></div>",
                WIDTH, HEIGHT - 4, escaped(axis));
    }

    /**
     * A chart of lines. An axis begins at 0, or near the least number where all are far from 0.
     *
     * @param across what x is
     * @param up what y is
     */
    public void lines(String title, String across, String up, List<Line> lines, Diagonal diagonal) {
        boolean isShown = diagonal == Diagonal.SHOWN;
        Plane plane =
                new Plane(
                        ticks(lines, isShown ? Page::both : Page::x),
                        ticks(lines, isShown ? Page::both : Page::y),
                        tick -> tick);
        lines(title, across, up, lines, plane, diagonal);
    }

    /**
     * A chart of lines along which x doubles from mark to mark.
     *
     * @param lines x above 0
     */
    public void doublings(String title, String across, String up, List<Line> lines) {
        List<Line> logarithms =
                lines.stream()
                        .map(
                                line ->
                                        new Line(
                                                line.name(),
                                                x(line).map(x -> Math.log(x) / LN_2).toArray(),
                                                line.y()))
                        .toList();
        double most = logarithms.stream().flatMapToDouble(Page::x).max().orElse(1);
        double least = logarithms.stream().flatMapToDouble(Page::x).min().orElse(0);
        long first = (long) Math.floor(least + 1e-9);
        long last = Math.max(first + 1, (long) Math.ceil(most - 1e-9));
        List<Double> xTicks =
                LongStream.rangeClosed(first, last).mapToObj(power -> (double) power).toList();
        Plane plane = new Plane(xTicks, ticks(logarithms, Page::y), power -> Math.pow(2, power));
        lines(title, across, up, logarithms, plane, Diagonal.ABSENT);
    }

    private void lines(
            String title,
            String across,
            String up,
            List<Line> lines,
            Plane plane,
            Diagonal diagonal) {
        line("<h3>%s</h3>", escaped(title));
        key(lines.stream().map(Line::name).toList());
        line(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
                        + " font-size=\"11\">",
                WIDTH, LINES_HEIGHT, escaped(title));
        for (double tick : plane.yTicks()) {
            line(
                    "<path d=\"M%d %.1f H%d\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s"
                            + "</text>",
                    LEFT, plane.down(tick), WIDTH, LEFT - 6, plane.down(tick) + 4, shortest(tick));
        }
        for (double tick : plane.xTicks()) {
            line(
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>",
                    plane.right(tick),
                    LINES_HEIGHT - BOTTOM + 14,
                    shortest(plane.told().applyAsDouble(tick)));
        }
        if (diagonal == Diagonal.SHOWN) {
            double from = plane.xTicks().get(0);
            double to = plane.xTicks().get(plane.xTicks().size() - 1);
            line(
                    "<path style=\"stroke:var(--faint)\" stroke-dasharray=\"4 4\""
                            + " d=\"M%.1f %.1f L%.1f %.1f\"/>",
                    plane.right(from), plane.down(from), plane.right(to), plane.down(to));
        }
        for (int i = 0; i < lines.size(); i++) {
            draw(lines.get(i), i % COLOURS, plane);
        }
        line(
                "<text class=\"axis\" x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>"
                        + "<text class=\"axis\" x=\"%d\" y=\"%d\">%s</text></svg></div>",
                WIDTH, LINES_HEIGHT - 4, escaped(across), LEFT + 4, TOP + 8, escaped(up));
    }

    private static DoubleStream x(Line line) {
        return Arrays.stream(line.x());
    }

    private static DoubleStream y(Line line) {
        return Arrays.stream(line.y());
    }

    private static DoubleStream both(Line line) {
        return DoubleStream.concat(x(line), y(line));
    }

    /**
     * Where numbers are on a chart of lines.
     *
     * @param told what is written at a tick of x
     */
    private record Plane(List<Double> xTicks, List<Double> yTicks, DoubleUnaryOperator told) {

        double right(double x) {
            return LEFT + (WIDTH - LEFT - LABEL_ROOM) * share(x, xTicks);
        }

        double down(double y) {
            return TOP + (LINES_HEIGHT - BOTTOM - TOP) * (1 - share(y, yTicks));
        }

        private static double share(double value, List<Double> ticks) {
            double first = ticks.get(0);
            return (value - first) / (ticks.get(ticks.size() - 1) - first);
        }
    }

    private void draw(Line drawn, int colour, Plane plane) {
        StringBuilder points = new StringBuilder();
        StringBuilder dots = new StringBuilder();
        for (int i = 0; i < drawn.x().length; i++) {
            double right = plane.right(drawn.x()[i]);
            double down = plane.down(drawn.y()[i]);
            points.append(String.format(Locale.ROOT, "%.1f,%.1f ", right, down));
            dots.append(
                    String.format(
                            Locale.ROOT,
                            "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"2.6\""
                                    + " fill=\"var(--c%d)\"><title>%s: %.4g, %.4g</title></circle>%n",
                            right,
                            down,
                            colour,
                            escaped(drawn.name()),
                            drawn.x()[i],
                            drawn.y()[i]));
        }
        line(
                "<polyline fill=\"none\" stroke=\"var(--c%d)\" stroke-width=\"1.8\""
                        + " points=\"%s\"/>",
                colour, points.toString().strip());
        append(dots.toString());
    }

    /** Of time on the logarithmic axis of timelines: what is sooner stands together. */
    private static final double LEAST_SECONDS = 10;

    private static final int ROW = 17;

    private static final Map<String, Double> MARKS = marks();

    private static Map<String, Double> marks() {
        Map<String, Double> marks = new LinkedHashMap<>();
        marks.put("1 min", 60.0);
        marks.put("10 min", 600.0);
        marks.put("1 h", 3_600.0);
        marks.put("6 h", 21_600.0);
        marks.put("1 day", 86_400.0);
        marks.put("1 week", 604_800.0);
        marks.put("1 month", 2_592_000.0);
        marks.put("1 year", 31_536_000.0);
        return marks;
    }

    /**
     * Events in rows, two and two together, over the logarithm of time.
     *
     * @param kinds names of the kinds of events
     */
    public void timelines(String title, List<Timeline> rows, List<String> kinds) {
        double most =
                rows.stream().flatMapToDouble(r -> Arrays.stream(r.seconds())).max().orElse(60);
        double scale = (WIDTH - WIDE_LEFT - LABEL_ROOM) / place(Math.max(60, most));
        int height = rows.size() * ROW + (rows.size() / 2) * 6 + BOTTOM + TOP;
        line("<h3>%s</h3>", escaped(title));
        key(kinds);
        line(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
                        + " font-size=\"11\">",
                WIDTH, height, escaped(title));
        MARKS.forEach(
                (name, seconds) -> {
                    if (seconds <= Math.max(60, most)) {
                        double x = WIDE_LEFT + place(seconds) * scale;
                        line(
                                "<path d=\"M%.1f %d V%d\"/><text class=\"axis\" x=\"%.1f\" y=\"%d\""
                                        + " text-anchor=\"middle\">%s</text>",
                                x, TOP, height - BOTTOM, x, height - BOTTOM + 14, name);
                    }
                });
        for (int r = 0; r < rows.size(); r++) {
            Timeline row = rows.get(r);
            double y = TOP + r * ROW + (r / 2) * 6 + ROW / 2.0;
            line(
                    "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>"
                            + "<path d=\"M%d %.1f H%d\"/>",
                    WIDE_LEFT - 8, y + 4, escaped(row.name()), WIDE_LEFT, y, WIDTH);
            for (int i = 0; i < row.kinds().length; i++) {
                String kind = kinds.get(row.kinds()[i]);
                line(
                        "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"var(--c%d)\""
                                + " fill-opacity=\"0.75\"><title>%s after %.4g hours</title></circle>",
                        WIDE_LEFT + place(row.seconds()[i]) * scale,
                        y,
                        row.kinds()[i] % COLOURS,
                        escaped(kind),
                        row.seconds()[i] / 3_600);
            }
        }
        append("</svg></div>\n");
    }

    private static double place(double seconds) {
        return Math.log1p(seconds / LEAST_SECONDS);
    }

    private void key(List<String> names) {
        for (int s = 0; s < names.size(); s++) {
            line(
                    "<span class=\"key\"><i style=\"background:var(--c%d)\"></i>%s</span>",
                    s % COLOURS, escaped(names.get(s)));
        }
    }

    /** Four to ten round numbers between which all lines are. */
    private static List<Double> ticks(List<Line> lines, Function<Line, DoubleStream> numbers) {
        double most = lines.stream().flatMapToDouble(numbers).max().orElse(1);
        double least = Math.min(most, lines.stream().flatMapToDouble(numbers).min().orElse(0));
        double low = least > 0 && least < most * FAR_FROM_ZERO ? 0 : least;
        double range = most > low ? most - low : Math.max(1, Math.abs(most));
        double power = Math.pow(10, Math.floor(Math.log10(range)));
        double share = range / power;
        double step = power * (share <= 2 ? 0.2 : share <= 5 ? 0.5 : 1);
        long first = (long) Math.floor(low / step + 1e-9);
        long last = Math.max(first + 1, (long) Math.ceil(most / step - 1e-9));
        return LongStream.rangeClosed(first, last).mapToObj(i -> i * step).toList();
    }

    /** As few digits as tell it. */
    private static String shortest(double value) {
        return BigDecimal.valueOf(value)
                .round(new MathContext(3))
                .stripTrailingZeros()
                .toPlainString();
    }

    /**
     * A chart of parallel coordinates (Inselberg 1985): a line for each thing, crossing each axis
     * at its value. The last axis is what the lines are judged by: the higher, the darker.
     *
     * @param lines names of the things, in the order of the axes' places
     */
    public void parallel(String title, List<String> lines, List<Axis> axes) {
        line("<h2>%s</h2>", escaped(title));
        line(
                "<div class=\"wide\"><svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\""
                        + " font-size=\"11\">",
                WIDTH, PARALLEL_HEIGHT, escaped(title));
        double step = (WIDTH - 2.0 * LEFT) / Math.max(1, axes.size() - 1);
        double floor = PARALLEL_HEIGHT - BOTTOM;
        double room = floor - 2 * TOP;
        Axis last = axes.get(axes.size() - 1);
        for (int i = 0; i < lines.size(); i++) {
            StringBuilder points = new StringBuilder();
            StringBuilder values = new StringBuilder(lines.get(i));
            for (int a = 0; a < axes.size(); a++) {
                Axis axis = axes.get(a);
                points.append(
                        String.format(
                                Locale.ROOT,
                                "%.1f,%.1f ",
                                LEFT + a * step,
                                floor - room * axis.places()[i]));
                values.append(a == 0 ? ": " : ", ")
                        .append(axis.name())
                        .append(' ')
                        .append(axis.labels().get(i));
            }
            double strength = last.places()[i];
            line(
                    "<polyline fill=\"none\" stroke=\"var(--c0)\" stroke-opacity=\"%.2f\""
                            + " stroke-width=\"%.1f\" points=\"%s\"><title>%s</title></polyline>",
                    0.12 + 0.88 * strength * strength,
                    1 + 2 * strength * strength,
                    points.toString().strip(),
                    escaped(values.toString()));
        }
        for (int a = 0; a < axes.size(); a++) {
            Axis axis = axes.get(a);
            double x = LEFT + a * step;
            line("<path d=\"M%.1f %.1f V%.1f\"/>", x, floor, floor - room);
            line(
                    "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
                    x, floor + 28, escaped(axis.name()));
            line(
                    "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>"
                            + "<text class=\"axis\" x=\"%.1f\" y=\"%.1f\""
                            + " text-anchor=\"middle\">%s</text>",
                    x,
                    floor + 13,
                    escaped(label(axis, false)),
                    x,
                    floor - room - 4,
                    escaped(label(axis, true)));
        }
        page.append("</svg></div>\n");
    }

    /** The label at the lower or the upper end. */
    private static String label(Axis axis, boolean upper) {
        int end = 0;
        for (int i = 1; i < axis.places().length; i++) {
            boolean further = axis.places()[i] > axis.places()[end];
            if (axis.places()[i] != axis.places()[end] && further == upper) {
                end = i;
            }
        }
        return axis.labels().isEmpty() ? "" : axis.labels().get(end);
    }

    /** Round numbers, from the least to one that no bar exceeds. */
    private static List<Double> ticks(List<Bar> bars, Scale scale) {
        double most = bars.stream().mapToDouble(Bar::sum).max().orElse(0);
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

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : String.format(Locale.ROOT, "%,.1f", value);
    }

    /** As text within HTML. */
    public static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
