/**
 * Who of a shop's customers will buy again: models of buying and leaving with four parameters,
 * fitted to the purchases alone. All times are in one unit, the caller's.
 */
@NullMarked
package dev.nextact.core.churn;

import org.jspecify.annotations.NullMarked;
