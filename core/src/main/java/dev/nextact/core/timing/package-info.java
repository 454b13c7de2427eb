/** How good a prediction of when is: of one number, or of a whole distribution of waiting times. */
@NullMarked
package dev.nextact.core.timing;

import org.jspecify.annotations.NullMarked;
