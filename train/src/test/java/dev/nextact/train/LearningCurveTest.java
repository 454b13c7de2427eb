package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;

class LearningCurveTest {

    private static EpochRecord epoch(int number, double loss, double score) {
        return new EpochRecord(number, loss, score, 1000, number);
    }

    @Test
    void drawsAPointAnEpochAndMarksTheBest() throws Exception {
        String svg =
                LearningCurve.svg(
                        "a < b", List.of(epoch(1, 5, 0.1), epoch(2, 4, 0.3), epoch(3, 3, 0.2)), 2);

        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
        assertThat(svg).containsOnlyOnce("<circle").contains("a &lt; b");
        assertThat(svg.split("<polyline", -1)).hasSize(3);
    }

    @Test
    void oneEpochIsEnough() {
        assertThatCode(() -> LearningCurve.svg("", List.of(epoch(1, 5, 0)), 1))
                .doesNotThrowAnyException();
    }
}
