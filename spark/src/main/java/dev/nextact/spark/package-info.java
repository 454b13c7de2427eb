/** The SQL steps of {@code data} on Spark. */
@NullMarked
package dev.nextact.spark;

import org.jspecify.annotations.NullMarked;
