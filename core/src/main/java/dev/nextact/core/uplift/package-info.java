/** Whom a campaign moves, how sure that is, and what it brought. */
@NullMarked
package dev.nextact.core.uplift;

import org.jspecify.annotations.NullMarked;
