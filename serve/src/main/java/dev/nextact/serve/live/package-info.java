/** Models that answer now: batches, deadlines, versions that change while requests run. */
@NullMarked
package dev.nextact.serve.live;

import org.jspecify.annotations.NullMarked;
