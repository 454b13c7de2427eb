/**
 * What a log needs before anything is run: time, memory, disk and network of prepare, train and
 * score, worked out from measured coefficients. Arithmetic alone.
 */
@NullMarked
package dev.nextact.core.plan;

import org.jspecify.annotations.NullMarked;
