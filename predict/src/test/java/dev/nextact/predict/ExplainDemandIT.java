package dev.nextact.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.Messages;
import dev.nextact.core.NextactException;
import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandFeatures;
import dev.nextact.core.demand.DemandForecast;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.model.bundle.DemandBundle;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.DemandSettings.Calibration;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.predict.DemandReasons.Effect;
import dev.nextact.predict.DemandReasons.Kind;
import dev.nextact.predict.explain.DemandText;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplainDemandIT {

    /** Of tea as much sold in the second week as in the others on the mean. */
    private static final DemandPanel PANEL =
            new DemandPanel(
                    DemandPeriod.WEEK,
                    0,
                    5,
                    List.of(),
                    List.of(
                            DemandSeries.of("tea", 0, 1, 4, 9, 2, 4),
                            DemandSeries.of("cup", 2, 0, 1, 3)));

    @TempDir private Path directory;

    private DemandBundle bundle() {
        return bundle(Calibration.NONE);
    }

    private DemandBundle bundle(Calibration calibration) {
        DemandSettings settings =
                DemandSettings.of(
                                DemandPeriod.WEEK,
                                DemandFeatures.of(PANEL).names(),
                                3,
                                Family.GRU,
                                4,
                                0,
                                10)
                        .calibrated(calibration);
        return DemandBundle.open(
                DemandBundle.write(
                        directory,
                        new DemandBundle.Content(
                                "shop",
                                "buy",
                                42,
                                PANEL,
                                settings,
                                new DemandNetwork(settings).initialWeights(1),
                                Map.of()),
                        Clock.systemUTC()));
    }

    @Test
    void theUnitsOverAHorizonAreNoSurerThanTheStockThatIsAdvisedForThem() {
        DemandTable table =
                DemandTable.of(
                        bundle(new Calibration(1, 0.45, Map.of(), 0, 0, DemandBlend.NONE)),
                        PANEL,
                        Optional.empty());
        DemandTable.Row tea = table.item("tea").orElseThrow();

        assertThat(table.over(tea)[1])
                .isGreaterThanOrEqualTo(table.stock(tea, 3, 0.89).orderUpTo())
                .isGreaterThan(tea.expected());
        assertThat(table.over(tea)[0]).isLessThan(tea.expected());
    }

    @Test
    void whatWasAsUsualHasNoEffectAndTheOthersAreToldTheNewestFirst() {
        DemandBundle bundle = bundle();
        DemandReasons reasons = new ExplainDemand(bundle, PANEL).run("tea");
        DemandForecast forecast =
                DemandTable.of(bundle, PANEL, Optional.empty()).of("tea").orElseThrow();

        assertThat(reasons.expected())
                .isCloseTo(Arrays.stream(forecast.mean()).sum(), within(1e-6));
        List<Effect> periods =
                reasons.effects().stream().filter(e -> e.kind() == Kind.PERIOD).toList();
        assertThat(periods)
                .extracting(Effect::what)
                .containsExactly(
                        "1970-01-29", "1970-01-22", "1970-01-15", "1970-01-08", "1970-01-01");
        assertThat(periods).extracting(Effect::sold).containsExactly(4.0, 2.0, 9.0, 4.0, 1.0);
        assertThat(reasons.effect(periods.get(3))).isCloseTo(0, within(1e-6));
        assertThat(reasons.effect(periods.get(2))).isNotCloseTo(0, within(1e-6));
        assertThat(reasons.effects())
                .filteredOn(effect -> effect.kind() == Kind.NUMBER)
                .extracting(Effect::what)
                .containsExactly("sales", "price", "category", "market");
        for (Locale language : Messages.LANGUAGES) {
            List<String> sentences = new DemandText(language).sentences(reasons, 21 * 86_400);
            assertThat(sentences.get(0)).contains("tea").contains("21");
            assertThat(String.join(" ", sentences)).doesNotContain("{");
        }
    }

    @Test
    void anItemThatNobodyKnowsIsRefused() {
        assertThatThrownBy(() -> new ExplainDemand(bundle(), PANEL).run("pot"))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("knows an item 'pot'");
    }
}
