/**
 * Brings events from HTTP APIs and Kafka topics into Parquet files, each event once.
 *
 * <p>Files and position are one: a file appears whole or not at all, and holds the position behind
 * its last event. Where a file ends follows from the events alone, so that a run that was killed
 * and started again leaves the same bytes as one that was not.
 */
@NullMarked
package dev.nextact.data.collect;

import org.jspecify.annotations.NullMarked;
