package dev.nextact.train;

import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Draws loss and validation score over the epochs, as SVG. */
final class LearningCurve {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 360;
    private static final int LEFT = 70;
    private static final int RIGHT = 70;
    private static final int TOP = 46;
    private static final int BOTTOM = 46;
    private static final String LOSS_COLOUR = "#c2410c";
    private static final String SCORE_COLOUR = "#1d4ed8";

    private LearningCurve() {}

    /**
     * @param epochs at least one
     * @param bestEpoch is marked
     */
    static String svg(String title, List<EpochRecord> epochs, int bestEpoch) {
        Axis loss = Axis.over(epochs, EpochRecord::loss);
        Axis score = Axis.over(epochs, EpochRecord::validScore);
        StringBuilder out = new StringBuilder();
        out.append(
                String.format(
                        Locale.ROOT,
                        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
                                + " font-family=\"system-ui,sans-serif\" font-size=\"12\">%n"
                                + "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>%n"
                                + "<text x=\"%d\" y=\"22\" font-size=\"15\">%s</text>%n",
                        WIDTH,
                        HEIGHT,
                        LEFT,
                        escaped(title)));
        grid(out, loss, score, epochs);
        curve(out, epochs, EpochRecord::loss, loss, LOSS_COLOUR);
        curve(out, epochs, EpochRecord::validScore, score, SCORE_COLOUR);
        for (EpochRecord record : epochs) {
            if (record.epoch() == bestEpoch) {
                out.append(
                        String.format(
                                Locale.ROOT,
                                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"5\" fill=\"%s\"/>%n",
                                x(record.epoch(), epochs),
                                score.y(record.validScore()),
                                SCORE_COLOUR));
            }
        }
        return out.append("</svg>\n").toString();
    }

    private static void grid(StringBuilder out, Axis loss, Axis score, List<EpochRecord> epochs) {
        int ticks = 5;
        for (int i = 0; i <= ticks; i++) {
            double share = i / (double) ticks;
            double y = HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#e5e7eb\"/>"
                                    + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\""
                                    + " fill=\"%s\">%.2f</text>"
                                    + "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%.4f</text>%n",
                            LEFT,
                            y,
                            WIDTH - RIGHT,
                            y,
                            LEFT - 8,
                            y + 4,
                            LOSS_COLOUR,
                            loss.at(share),
                            WIDTH - RIGHT + 8,
                            y + 4,
                            SCORE_COLOUR,
                            score.at(share)));
        }
        int first = epochs.get(0).epoch();
        int last = epochs.get(epochs.size() - 1).epoch();
        int every = Math.max(1, (int) Math.ceil((last - first) / 10.0));
        for (int epoch = first; epoch <= last; epoch += every) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d</text>%n",
                            x(epoch, epochs),
                            HEIGHT - BOTTOM + 18,
                            epoch));
        }
        out.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">epoch</text>"
                                + "<text x=\"%d\" y=\"38\" fill=\"%s\">training loss (nats)</text>"
                                + "<text x=\"%d\" y=\"38\" text-anchor=\"end\" fill=\"%s\">validation"
                                + " score (right)</text>%n",
                        WIDTH / 2,
                        HEIGHT - 8,
                        LEFT,
                        LOSS_COLOUR,
                        WIDTH - RIGHT,
                        SCORE_COLOUR));
    }

    private static void curve(
            StringBuilder out,
            List<EpochRecord> epochs,
            ToDoubleFunction<EpochRecord> value,
            Axis axis,
            String colour) {
        out.append("<polyline fill=\"none\" stroke-width=\"2\" stroke=\"").append(colour);
        out.append("\" points=\"");
        for (EpochRecord record : epochs) {
            out.append(
                    String.format(
                            Locale.ROOT,
                            "%.1f,%.1f ",
                            x(record.epoch(), epochs),
                            axis.y(value.applyAsDouble(record))));
        }
        out.append("\"/>\n");
    }

    private static double x(int epoch, List<EpochRecord> epochs) {
        int first = epochs.get(0).epoch();
        int last = epochs.get(epochs.size() - 1).epoch();
        double share = last == first ? 0.5 : (epoch - first) / (double) (last - first);
        return LEFT + share * (WIDTH - LEFT - RIGHT);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }

    private record Axis(double low, double high) {
        static Axis over(List<EpochRecord> epochs, ToDoubleFunction<EpochRecord> value) {
            double low = epochs.stream().mapToDouble(value).min().orElse(0);
            double high = epochs.stream().mapToDouble(value).max().orElse(1);
            double margin = high > low ? (high - low) * 0.05 : Math.max(1e-6, Math.abs(high) * 0.1);
            return new Axis(low - margin, high + margin);
        }

        double at(double share) {
            return low + share * (high - low);
        }

        double y(double value) {
            double share = (value - low) / (high - low);
            return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM);
        }
    }
}
