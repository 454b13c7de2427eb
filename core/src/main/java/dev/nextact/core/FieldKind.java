package dev.nextact.core;

import java.util.List;
import java.util.Map;

/** How the config wants a field to be read. */
public sealed interface FieldKind {

    /** The word for it in a config. */
    String word();

    /** Its options in a config, by their keys. */
    Map<String, Object> options();

    /**
     * The columns of the log it is made of.
     *
     * @param name of the field
     */
    default List<String> columns(String name) {
        return List.of(name);
    }

    /**
     * {@link Buckets} where all values of the training part are numbers and many of them differ,
     * else {@link Category}.
     */
    record Auto() implements FieldKind {
        @Override
        public String word() {
            return "auto";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of();
        }
    }

    /**
     * One value.
     *
     * @param minEvents of the training part that a value needs to be learned; others are unknown
     */
    record Category(int minEvents) implements FieldKind {
        /** As for items: fewer say little. */
        public static final int MIN_EVENTS = 5;

        @Override
        public String word() {
            return "category";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of("min_events", minEvents);
        }
    }

    /**
     * Several values in one text: the mean of their vectors.
     *
     * @param separator between them
     * @param minEvents as of a category
     */
    record Several(String separator, int minEvents) implements FieldKind {
        @Override
        public String word() {
            return "set";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of("separator", separator, "min_events", minEvents);
        }
    }

    /**
     * A number as the range it falls in.
     *
     * @param ranges equally full ones in the training part, fewer where many numbers are equal
     */
    record Buckets(int ranges) implements FieldKind {
        /** Fine enough to tell cheap from dear, coarse enough that each range is often seen. */
        public static final int RANGES = 16;

        @Override
        public String word() {
            return "buckets";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of("ranges", ranges);
        }
    }

    /** A number as it is, standardised by the training part. */
    record Numeric() implements FieldKind {
        @Override
        public String word() {
            return "number";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of();
        }
    }

    /**
     * A place on the earth as the grid cells it lies in.
     *
     * @param cellsKm sides of the cells in kilometres, one for each level
     * @param latitude column of the degrees north; empty = the field is one text, {@code
     *     latitude,longitude}
     * @param longitude column of the degrees east; empty likewise
     * @param minEvents as of a category, for each cell
     */
    record Geo(List<Double> cellsKm, String latitude, String longitude, int minEvents)
            implements FieldKind {
        /** A quarter, a city, a region. */
        public static final List<Double> CELLS_KM = List.of(2.0, 20.0, 200.0);

        public Geo {
            cellsKm = List.copyOf(cellsKm);
        }

        @Override
        public String word() {
            return "geo";
        }

        @Override
        public Map<String, Object> options() {
            return latitude.isEmpty()
                    ? Map.of("cells_km", cellsKm, "min_events", minEvents)
                    : Map.of(
                            "cells_km", cellsKm,
                            "latitude", latitude,
                            "longitude", longitude,
                            "min_events", minEvents);
        }

        @Override
        public List<String> columns(String name) {
            return latitude.isEmpty() ? List.of(name) : List.of(latitude, longitude);
        }
    }

    /**
     * A text, such as a review, as a frozen sentence model reads it: texts of like meaning are near
     * each other, whatever their words.
     *
     * @param components directions that are kept, those in which the texts of the training part
     *     differ most
     */
    record Text(int components) implements FieldKind {
        /** Enough for what short texts of one kind tell apart; more cost time at every event. */
        public static final int COMPONENTS = 32;

        @Override
        public String word() {
            return "text";
        }

        @Override
        public Map<String, Object> options() {
            return Map.of("components", components);
        }
    }
}
