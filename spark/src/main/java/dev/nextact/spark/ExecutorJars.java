package dev.nextact.spark;

import dev.nextact.core.NextactException;
import dev.nextact.predict.ShopperQuestion;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Hands executors the libraries they need to answer, of which Spark brings none. */
final class ExecutorJars {

    /** What learns, serves and shows needs these; they are most of what the program weighs. */
    private static final List<String> NOT_NEEDED =
            List.of(
                    "pytorch",
                    "openblas",
                    "javacpp",
                    "rocksdbjni",
                    "xgboost",
                    "kafka",
                    "lettuce",
                    "echarts",
                    "htmx",
                    "jetty",
                    "javalin",
                    "kotlin",
                    "netty");

    private ExecutorJars() {}

    /** Nothing where the executors are in this process, or were given the jars before. */
    static void addTo(JavaSparkContext context) {
        if (context.isLocal()) {
            return;
        }
        Set<String> ofSpark = names(home(SparkSession.class));
        Set<String> given =
                context.jars().stream()
                        .map(jar -> jar.substring(jar.lastIndexOf('/') + 1))
                        .collect(Collectors.toSet());
        Stream.concat(
                        jars(home(ShopperQuestion.class)).stream(),
                        Stream.of(place(ExecutorJars.class)))
                .filter(jar -> !ofSpark.contains(name(jar)) && !given.contains(name(jar)))
                .filter(jar -> NOT_NEEDED.stream().noneMatch(name(jar)::startsWith))
                .forEach(jar -> context.addJar(jar.toUri().toString()));
    }

    private static Set<String> names(Path directory) {
        return jars(directory).stream().map(ExecutorJars::name).collect(Collectors.toSet());
    }

    private static String name(Path jar) {
        return jar.getName(jar.getNameCount() - 1).toString();
    }

    private static List<Path> jars(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> name(entry).endsWith(".jar")).sorted().toList();
        } catch (IOException e) {
            throw NextactException.input("cannot list %s: %s", directory, e);
        }
    }

    /** The directory with the jar that a class comes from. */
    private static Path home(Class<?> type) {
        return place(type).resolveSibling("");
    }

    private static Path place(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
