package dev.nextact.serve.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.nextact.core.NextactException;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.model.bundle.Manifest;
import dev.nextact.predict.explain.GlobalText;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServerParts;
import dev.nextact.serve.live.Deployment;
import io.javalin.http.Context;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The versions there are, how good they are, and which of them answers. */
public final class ModelPages {

    private static final JsonMapper PRETTY =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Console console;
    private final ServerParts parts;

    /**
     * One version.
     *
     * @param role champion, challenger, shadow, earlier, or empty
     * @param damage why it cannot be served; empty where it can
     */
    public record Listed(
            int version,
            String role,
            String family,
            String createdAt,
            List<String> tasks,
            Map<String, Double> metrics,
            String damage) {
        public Listed {
            tasks = List.copyOf(tasks);
            metrics = Map.copyOf(metrics);
        }
    }

    /**
     * How much a field matters.
     *
     * @param loss nats of the log-share of what came that are lost without it
     * @param error its standard error
     */
    public record Important(String field, double loss, double error) {}

    /** How a model or a baseline did in a task. */
    public record Result(String task, String model, long users, Map<String, Double> metrics) {
        public Result {
            metrics = Map.copyOf(metrics);
        }
    }

    ModelPages(Console console, ServerParts parts) {
        this.console = console;
        this.parts = parts;
    }

    void add() {
        console.get("models", Scope.READ, this::list);
        console.get("models.csv", Scope.READ, this::csv);
        console.get("model", Scope.READ, this::model);
        console.get("model/results.csv", Scope.READ, this::resultsCsv);
        console.get("model/important.csv", Scope.READ, this::importantCsv);
        console.post("models/promote", Scope.ADMIN, this::promote);
        console.post("models/rollback", Scope.ADMIN, this::rollback);
    }

    private Path directory() {
        return parts.models().directory();
    }

    private List<Listed> versions() {
        List<Integer> numbers = new ArrayList<>(parts.models().versions());
        numbers.sort(Comparator.reverseOrder());
        Deployment deployment = parts.models().deployment();
        List<Listed> rows = new ArrayList<>();
        for (int version : numbers) {
            rows.add(listed(version, role(deployment, version)));
        }
        return rows;
    }

    private Listed listed(int version, String role) {
        try {
            Manifest manifest = Bundle.manifestOf(directory().resolve(Integer.toString(version)));
            return new Listed(
                    version,
                    role,
                    manifest.model(),
                    manifest.createdAt(),
                    manifest.tasks(),
                    manifest.metrics(),
                    "");
        } catch (NextactException damaged) {
            return new Listed(
                    version,
                    role,
                    "–",
                    "–",
                    List.of(),
                    Map.of(),
                    String.valueOf(damaged.getMessage()));
        }
    }

    private static String role(Deployment deployment, int version) {
        if (deployment.champion() == version) {
            return "champion";
        }
        if (deployment.challenger() != null && deployment.challenger().version() == version) {
            return "challenger";
        }
        if (deployment.shadow() != null && deployment.shadow() == version) {
            return "shadow";
        }
        return deployment.previous().contains(version) ? "earlier" : "";
    }

    private void list(Context ctx, View view) {
        List<Listed> versions = versions();
        Deployment deployment = parts.models().deployment();
        console.show(
                ctx,
                view,
                "models",
                Map.of(
                        "name",
                        directory().getFileName().toString(),
                        "versions",
                        versions,
                        "metric",
                        metric(versions),
                        "back",
                        deployment.previous().isEmpty()
                                ? 0
                                : deployment.previous().get(deployment.previous().size() - 1),
                        "refused",
                        parts.models().failure().orElse("")));
    }

    /** The first by name that the newest version tells; empty where none tells any. */
    private static String metric(List<Listed> versions) {
        for (Listed listed : versions) {
            for (String name : new TreeMap<>(listed.metrics()).keySet()) {
                if (name.contains("ndcg")) {
                    return name;
                }
            }
        }
        return versions.stream()
                .flatMap(listed -> new TreeMap<>(listed.metrics()).keySet().stream())
                .findFirst()
                .orElse("");
    }

    private void csv(Context ctx, View view) {
        List<Listed> versions = versions();
        String metric = metric(versions);
        Csv csv = new Csv("version", "role", "family", "created_at", "tasks", metric);
        for (Listed listed : versions) {
            csv.row(
                    listed.version(),
                    listed.role(),
                    listed.family(),
                    listed.createdAt(),
                    String.join(", ", listed.tasks()),
                    Optional.ofNullable(listed.metrics().get(metric))
                            .map(Object::toString)
                            .orElse(""));
        }
        csv.send(ctx, "models");
    }

    private static int version(View view, Optional<String> text) {
        try {
            return Integer.parseInt(text.orElse(""));
        } catch (NumberFormatException e) {
            throw Problem.of(400, "Bad request", view.t("problem.version"));
        }
    }

    private void model(Context ctx, View view) {
        int version = version(view, Optional.ofNullable(ctx.queryParam("version")));
        Path path = directory().resolve(Integer.toString(version));
        if (!Files.isDirectory(path)) {
            throw Problem.of(
                    404, "Not found", view.t("problem.version.none", Integer.toString(version)));
        }
        Manifest manifest = Bundle.manifestOf(path);
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("listed", listed(version, role(parts.models().deployment(), version)));
        page.put("manifest", manifest);
        page.put("metrics", new TreeMap<>(manifest.metrics()));
        page.put("curve", learningCurve(view, manifest));
        page.put("results", results());
        page.put("calibration", calibration(view));
        Optional<JsonNode> importance = importanceOf(version);
        page.put("important", importance.map(tree -> important(view, tree)).orElse(List.of()));
        page.put("importance", importance.map(tree -> importance(view, tree)).orElse(""));
        page.put("pauses", importance.map(tree -> pauses(view, tree)).orElse(""));
        page.put("prices", importance.map(tree -> prices(view, tree)).orElse(""));
        page.put("config", pretty(manifest.config()));
        page.put("card", text(path.resolve("card.md")));
        console.show(ctx, view, "model", page);
    }

    private Optional<JsonNode> importanceOf(int version) {
        return JsonFile.read(parts.shop().evaluationDirectory().resolve("importance.json"))
                .filter(tree -> tree.path("version").asInt() == version);
    }

    private void resultsCsv(Context ctx, View view) {
        Csv csv = new Csv("task", "model", "shoppers", "metric", "value");
        for (Result result : results()) {
            new TreeMap<>(result.metrics())
                    .forEach(
                            (metric, value) ->
                                    csv.row(
                                            result.task(),
                                            result.model(),
                                            result.users(),
                                            metric,
                                            value));
        }
        csv.send(ctx, "results");
    }

    private void importantCsv(Context ctx, View view) {
        Csv csv = new Csv("field", "nats_lost", "standard_error");
        importanceOf(version(view, Optional.ofNullable(ctx.queryParam("version"))))
                .map(tree -> important(view, tree))
                .orElse(List.of())
                .forEach(of -> csv.row(of.field(), of.loss(), of.error()));
        csv.send(ctx, "what-matters");
    }

    private static String pretty(Map<String, Object> config) {
        try {
            return PRETTY.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.BUNDLE,
                    "cannot read " + file.getFileName() + ": " + e.getMessage(),
                    e);
        }
    }

    /** Of the newest run on the data the version was learned from. */
    private String learningCurve(View view, Manifest manifest) {
        for (Path run : newestRuns()) {
            Optional<JsonNode> identity = JsonFile.read(run.resolve("run.json"));
            boolean isOfIt =
                    identity.map(tree -> tree.path("fingerprint").asText())
                            .filter(manifest.data().fingerprint()::equals)
                            .isPresent();
            List<JsonNode> epochs = JsonFile.lines(run.resolve("metrics.jsonl"));
            if (isOfIt && !epochs.isEmpty()) {
                List<double[]> scores = new ArrayList<>();
                for (JsonNode epoch : epochs) {
                    scores.add(
                            new double[] {
                                epoch.path("epoch").asDouble(), epoch.path("validScore").asDouble()
                            });
                }
                return Chart.lines(view.t("model.curve.x"), view.t("model.curve.y"))
                        .line(view.t("model.curve.valid"), scores)
                        .json();
            }
        }
        return "";
    }

    private List<Path> newestRuns() {
        Path runs = parts.shop().runsDirectory();
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<Result> results() {
        List<Result> results = new ArrayList<>();
        Optional<JsonNode> report =
                JsonFile.read(parts.shop().evaluationDirectory().resolve("report.json"));
        for (JsonNode result : report.map(tree -> tree.path("results")).orElse(MISSING)) {
            Map<String, Double> metrics = new TreeMap<>();
            result.path("metrics")
                    .properties()
                    .forEach(
                            metric -> {
                                if (metric.getValue().isNumber()) {
                                    metrics.put(metric.getKey(), metric.getValue().asDouble());
                                }
                            });
            results.add(
                    new Result(
                            result.path("task").asText(),
                            result.path("model").asText(),
                            result.path("users").asLong(),
                            metrics));
        }
        return results;
    }

    private static final JsonNode MISSING = JsonMapper.builder().build().createArrayNode();

    /** Where evaluation has told how its probabilities came true. */
    private String calibration(View view) {
        Optional<JsonNode> report =
                JsonFile.read(parts.shop().evaluationDirectory().resolve("report.json"));
        for (JsonNode result : report.map(tree -> tree.path("results")).orElse(MISSING)) {
            JsonNode bins = result.path("calibration");
            if (bins.isArray() && !bins.isEmpty()) {
                List<double[]> points = new ArrayList<>();
                for (JsonNode bin : bins) {
                    points.add(
                            new double[] {
                                bin.path("predicted").asDouble(), bin.path("observed").asDouble()
                            });
                }
                return Chart.lines(view.t("model.calibration.x"), view.t("model.calibration.y"))
                        .line(result.path("model").asText(), points)
                        .line(
                                view.t("model.calibration.right"),
                                List.of(new double[] {0, 0}, new double[] {1, 1}))
                        .json();
            }
        }
        return "";
    }

    /** Fields, the most important first. */
    private static List<Important> important(View view, JsonNode tree) {
        GlobalText text = new GlobalText(view.messages().language());
        List<Important> rows = new ArrayList<>();
        for (JsonNode of : tree.path("fields")) {
            rows.add(
                    new Important(
                            text.field(of.path("field").asText()),
                            of.path("loss").asDouble(),
                            of.path("standard_error").asDouble()));
        }
        return rows;
    }

    private static String importance(View view, JsonNode tree) {
        List<Important> rows = important(view, tree);
        return Chart.bars(
                        view.t("model.important.x"),
                        rows.stream().map(Important::field).toList(),
                        rows.stream().mapToDouble(Important::loss).toArray())
                .json();
    }

    /** Empty where the model learned no horizons. */
    private static String pauses(View view, JsonNode tree) {
        List<double[]> points = new ArrayList<>();
        for (JsonNode pause : tree.path("pauses")) {
            points.add(
                    new double[] {
                        pause.path("days").asDouble(), pause.path("probability").asDouble()
                    });
        }
        return points.isEmpty()
                ? ""
                : Chart.lines(view.t("model.pause.x"), view.t("model.pause.y"))
                        .with("percent", true)
                        .line(view.t("model.pause.line"), points)
                        .json();
    }

    /** How much of the ranking each part of the prices has, and of what came; empty likewise. */
    private static String prices(View view, JsonNode tree) {
        List<String> labels = new ArrayList<>();
        List<Double> ranked = new ArrayList<>();
        List<Double> came = new ArrayList<>();
        for (JsonNode part : tree.path("prices")) {
            labels.add(
                    view.price(part.path("from").asDouble())
                            + " – "
                            + view.price(part.path("to").asDouble()));
            ranked.add(part.path("ranked").asDouble());
            came.add(part.path("came").asDouble());
        }
        return labels.isEmpty()
                ? ""
                : Chart.pairs(view.t("model.price.x"), labels)
                        .bars(view.t("model.price.ranked"), ranked)
                        .bars(view.t("model.price.came"), came)
                        .json();
    }

    private void promote(Context ctx, View view) {
        int version = version(view, Optional.ofNullable(ctx.formParam("version")));
        change(ctx, view, parts.models().deployment().promote(version));
    }

    private void rollback(Context ctx, View view) {
        change(ctx, view, parts.models().deployment().rollback());
    }

    private void change(Context ctx, View view, Deployment wanted) {
        parts.models().changeForGood(wanted);
        parts.forgetting().audit().add(view.who(), "serve", wanted.toString());
        Console.goTo(ctx, View.path("models"));
    }
}
