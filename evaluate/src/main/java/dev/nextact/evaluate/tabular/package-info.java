/** Classifiers of rows of a table: the baselines that know features but no order of events. */
@NullMarked
package dev.nextact.evaluate.tabular;

import org.jspecify.annotations.NullMarked;
