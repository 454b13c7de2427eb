/** How good a survival curve is where some have not come to an end yet (are censored). */
@NullMarked
package dev.nextact.core.survival;

import org.jspecify.annotations.NullMarked;
