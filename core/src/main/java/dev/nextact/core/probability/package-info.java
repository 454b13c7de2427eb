/**
 * How good the probability of a yes-or-no outcome or of a class is, and how it is put right: who
 * buys, who leaves, which kind of event comes next.
 */
@NullMarked
package dev.nextact.core.probability;

import org.jspecify.annotations.NullMarked;
