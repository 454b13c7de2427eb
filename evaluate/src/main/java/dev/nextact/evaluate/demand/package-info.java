/**
 * Baselines of demand, and the protocol that judges forecasts: rolling origins, of which none shows
 * what came at or after it.
 */
@NullMarked
package dev.nextact.evaluate.demand;

import org.jspecify.annotations.NullMarked;
