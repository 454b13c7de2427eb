package dev.nextact.model.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.demand.DemandBlend;
import dev.nextact.core.demand.DemandClass;
import dev.nextact.core.demand.DemandPanel;
import dev.nextact.core.demand.DemandPeriod;
import dev.nextact.core.demand.DemandSeries;
import dev.nextact.model.network.DemandNetwork;
import dev.nextact.model.network.DemandSettings;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.ParameterSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemandBundleIT {

    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private static final DemandSettings SETTINGS =
            DemandSettings.of(DemandPeriod.DAY, List.of("level", "age"), 3, Family.GRU, 4, 0.1, 20)
                    .calibrated(
                            new DemandSettings.Calibration(
                                    0.7,
                                    0.15,
                                    Map.of(DemandClass.LUMPY, 0.2),
                                    0.01,
                                    0.2,
                                    new DemandBlend(0.25, 1.5)));

    @TempDir private Path models;

    private Path write() {
        DemandPanel panel =
                new DemandPanel(
                        DemandPeriod.DAY, 0, 2, List.of(), List.of(DemandSeries.of("a", 0, 1, 2)));
        return DemandBundle.write(
                models,
                new DemandBundle.Content(
                        "shop",
                        "purchase",
                        42,
                        panel,
                        SETTINGS,
                        new DemandNetwork(SETTINGS).initialWeights(1),
                        Map.of("epochs", 3.0)),
                CLOCK);
    }

    @Test
    void whatIsWrittenIsOpened() {
        Path first = write();
        Path second = write();
        assertThat(second).isEqualTo(models.resolve("shop").resolve("2"));
        DemandBundle bundle = DemandBundle.newest(models, "shop");
        assertThat(bundle.directory()).isEqualTo(second);
        assertThat(bundle.settings()).isEqualTo(SETTINGS);
        assertThat(bundle.manifest().cutOffMicros()).isEqualTo(2 * DemandPeriod.DAY_MICROS);
        assertThat(bundle.onnx()).isEqualTo(DemandBundle.open(first).onnx()).isNotEmpty();
    }

    @Test
    void damagedAndForeignOnesAreRefused() throws IOException {
        Path bundle = write();
        assertThatThrownBy(() -> DemandBundle.newest(models, "other"))
                .hasMessageContaining("no model of demand named other");
        Files.writeString(bundle.resolve("demand.onnx"), "x");
        assertThatThrownBy(() -> DemandBundle.open(bundle))
                .hasMessageContaining("demand.onnx is damaged: its SHA-256 is");
        Path manifest = bundle.resolve("manifest.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"format\" : 3", "\"format\" : 9"));
        assertThatThrownBy(() -> DemandBundle.open(bundle))
                .hasMessageContaining(
                        "is of format 9, this nextact reads format 3. Update nextact");
        Files.writeString(
                manifest, Files.readString(manifest).replace("\"format\" : 9", "\"format\" : 1"));
        assertThatThrownBy(() -> DemandBundle.open(bundle))
                .hasMessageContaining("is of format 1, this nextact reads format 3. Train");
    }

    /** As version 2 wrote it, whose settings told no family. */
    @Test
    void aBundleOfTheFormatBeforeIsReadAsTheNetworkThereWas() throws IOException {
        Path bundle = write();
        Path settings = bundle.resolve("demand.json");
        String then =
                Files.readString(settings)
                        .replaceAll(" *\"(family|layers|heads)\" : [^,]*,\\R", "");
        assertThat(then).doesNotContain("GRU").contains("\"width\" : 4");
        Path manifest = bundle.resolve("manifest.json");
        String ofManifest =
                Files.readString(manifest)
                        .replace("\"format\" : 3", "\"format\" : 2")
                        .replace(Bundle.sha256(settings), "THEN");
        Files.writeString(settings, then);
        Files.writeString(manifest, ofManifest.replace("THEN", Bundle.sha256(settings)));
        assertThat(DemandBundle.open(bundle).settings()).isEqualTo(SETTINGS);
    }

    /** Weights and graphs of earlier versions hold them. */
    @Test
    void theWeightsOfAGatedRecurrentNetworkKeepTheirNames() {
        assertThat(new DemandNetwork(SETTINGS).parameters())
                .extracting(ParameterSpec::name)
                .containsExactly(
                        "demand.input.weight",
                        "demand.input.bias",
                        "demand.recurrent.input.weight",
                        "demand.recurrent.hidden.weight",
                        "demand.recurrent.input.bias",
                        "demand.recurrent.hidden.bias",
                        "demand.norm.gain",
                        "demand.norm.bias",
                        "demand.hidden.weight",
                        "demand.hidden.bias",
                        "demand.out.weight",
                        "demand.out.bias");
    }

    @Test
    void settingsThatMakeNoNetworkAreRefused() {
        List<String> features = List.of("level");
        assertThatThrownBy(
                        () ->
                                DemandSettings.of(
                                        DemandPeriod.DAY, features, 3, Family.HSTU, 5, 0.1, 20))
                .hasMessage("heads: expected a divisor of the width 5, found 2");
        assertThatThrownBy(
                        () ->
                                new DemandSettings(
                                        DemandPeriod.DAY,
                                        features,
                                        3,
                                        Family.LSTM,
                                        4,
                                        2,
                                        1,
                                        0.1,
                                        20,
                                        DemandSettings.Calibration.NONE))
                .hasMessageContaining("found 2 and 1 of lstm");
    }
}
