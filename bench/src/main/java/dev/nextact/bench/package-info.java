/** The measurements behind docs/benchmarks.md, each a command of {@code bench/run}. */
@NullMarked
package dev.nextact.bench;

import org.jspecify.annotations.NullMarked;
