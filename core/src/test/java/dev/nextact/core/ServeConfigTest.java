package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServeConfigTest {

    private static ShopConfig read(String serve) {
        return ShopConfigReader.read(
                "sources: [{path: a.csv, columns: {user: u, item: i}}]\n" + serve,
                "shop.yaml",
                Path.of("/shop"),
                Map.of());
    }

    @Test
    void byDefaultItemsAreChosenByWhatMostShopsKnowAndThereIsNoStream() {
        ServeConfig serve = read("").serve();

        assertThat(serve.filters()).containsExactly("category", "brand", "price");
        assertThat(serve.unavailable()).isEmpty();
        assertThat(serve.pictures()).isEmpty();
        assertThat(serve.stream()).isEmpty();
        assertThat(read("serve: {filters: []}\n").serve().filters()).isEmpty();
    }

    @Test
    void whatIsReadIsPrinted() {
        ShopConfig config =
                read(
                        "serve: {filters: [colour], unavailable: gone.txt, pictures: photos, stream:"
                                + " {path:"
                                + " 'kafka://a:9092,b:9092/clicks', group: g, settings: login,"
                                + " predictions: next}}\n");

        assertThat(config.serve().filters()).isEqualTo(List.of("colour"));
        assertThat(config.serve().unavailable()).contains(Path.of("gone.txt"));
        assertThat(config.serve().pictures()).contains(Path.of("photos"));
        assertThat(config.serve().stream())
                .contains(
                        new ServeConfig.Stream(
                                "a:9092,b:9092",
                                "clicks",
                                "g",
                                Optional.of(Path.of("login")),
                                Optional.of("next")));
        assertThat(
                        ShopConfigReader.read(
                                ShopConfigWriter.toYaml(config),
                                "shop.yaml",
                                Path.of("/shop"),
                                Map.of()))
                .isEqualTo(config);
        // other ports change nothing else
        assertThat(config.serve().withPorts(1, 2).stream()).isEqualTo(config.serve().stream());
    }

    @Test
    void mistakesNameTheirPlace() {
        assertThatThrownBy(() -> read("serve: {stream: {path: 'http://a/b'}}\n"))
                .hasMessageContaining("serve.stream.path")
                .hasMessageContaining("kafka://host:port/topic");
        assertThatThrownBy(() -> read("serve: {stream: {group: g}}\n"))
                .hasMessageContaining("serve.stream.path");
        assertThatThrownBy(() -> read("serve: {stream: {path: 'kafka://a:1/b', grup: g}}\n"))
                .hasMessageContaining("group");
    }
}
