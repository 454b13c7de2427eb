/** How well a scorer ranks the next item, over the whole catalog; never on sampled negatives. */
@NullMarked
package dev.nextact.core.ranking;

import org.jspecify.annotations.NullMarked;
