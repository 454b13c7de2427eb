/**
 * The honest baselines of what comes next and when: each knows the shopper's own history and, where
 * it says so, counts of the training part.
 */
@NullMarked
package dev.nextact.evaluate.events;

import org.jspecify.annotations.NullMarked;
