package dev.nextact.model.bundle;

import dev.nextact.core.EventWay;
import dev.nextact.core.events.EventStatistics;

/**
 * How a bundle foretells the next events; {@code events.json}.
 *
 * @param way that is taken unless another is asked for
 * @param training what the shopper's own history is filled up with
 */
public record NextEvents(EventWay way, EventStatistics training) {}
