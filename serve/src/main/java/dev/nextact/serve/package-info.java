/** Serves a model in real time. */
@NullMarked
package dev.nextact.serve;

import org.jspecify.annotations.NullMarked;
