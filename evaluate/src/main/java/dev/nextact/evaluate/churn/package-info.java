/** What customers bought, and what of it a table tells. All times are in one unit, the caller's. */
@NullMarked
package dev.nextact.evaluate.churn;

import org.jspecify.annotations.NullMarked;
