/**
 * What sells: series of units by item and period, forecasts as distributions, how good they were,
 * and how much to stock. Letters: P periods, H steps of a horizon, Q levels of quantiles, F
 * features.
 */
@NullMarked
package dev.nextact.core.demand;

import org.jspecify.annotations.NullMarked;
