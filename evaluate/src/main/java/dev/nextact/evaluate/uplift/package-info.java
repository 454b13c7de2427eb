/** Learns from a past campaign whom the next one moves, and measures what a campaign brought. */
@NullMarked
package dev.nextact.evaluate.uplift;

import org.jspecify.annotations.NullMarked;
