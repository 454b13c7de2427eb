package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class TuneReportTest {

    /** The score follows the dropout, and nothing else. */
    private static TuneReport report() {
        SplittableRandom random = new SplittableRandom(1);
        List<Trial> trials = new ArrayList<>();
        for (int trial = 0; trial < 30; trial++) {
            Map<String, Double> values = new LinkedHashMap<>();
            values.put("learning_rate", random.nextDouble());
            values.put("dropout", random.nextDouble());
            double score = 0.1 + 0.1 * values.get("dropout");
            trials.add(new Trial(trial, 0, 3, score, 2, 1.5, values, ""));
        }
        trials.add(new Trial(7, 1, 9, 0.9, 8, 4.5, trials.get(7).values(), ""));
        return new TuneReport(trials, Path.of("tuning/0001"), Path.of("tuned.yaml"));
    }

    @Test
    void whatDecidesIsImportantAndWhatDoesNotIsNot() {
        Map<String, Double> importance = report().importance();
        assertThat(importance.keySet()).containsExactly("dropout", "learning_rate");
        assertThat(importance.get("dropout")).isGreaterThan(0.8);
        assertThat(importance.get("learning_rate")).isLessThan(0.2);
    }

    @Test
    void theBestIsTheBestOfAnyRung() {
        assertThat(report().best().trial()).isEqualTo(7);
        assertThat(report().best().epochs()).isEqualTo(9);
        assertThat(report().defaults().trial()).isZero();
        assertThat(report().toText()).contains("the best is trial 7, 0.9000");
    }

    @Test
    void thePageHasALineForEachTrialAndABarForEachValue() throws Exception {
        String html = report().toHtml();
        String xml =
                html.replace("<!doctype html>", "")
                        .replaceAll("(<meta[^>]*[^/])>", "$1/>")
                        .replaceAll("<style>[^<]*</style>", "");
        Document page =
                DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)));
        assertThat(page.getElementsByTagName("polyline").getLength()).isEqualTo(30);
        assertThat(page.getElementsByTagName("rect").getLength()).isBetween(1, 2);
        assertThat(html).contains("trial 7: learning_rate").doesNotContain("http");
    }
}
