package dev.nextact.core;

import java.util.ServiceLoader;

/** The module {@code spark}, which is on the class path only where it is asked for. */
public final class SparkModule {

    private SparkModule() {}

    /**
     * What it provides.
     *
     * @throws NextactException where the module is not on the class path
     */
    public static <P> P provider(Class<P> service) {
        return ServiceLoader.load(service)
                .findFirst()
                .orElseThrow(
                        () ->
                                new NextactException(
                                        NextactException.Category.USAGE,
                                        "--engine spark needs the module spark, which is not on"
                                                + " the class path. Build it with `mvn package"
                                                + " -DskipTests -pl spark -am` (it downloads 286 MB of"
                                                + " Spark) and run ./nextact again; docs/spark.md"));
    }
}
