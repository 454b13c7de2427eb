@NullMarked
package dev.nextact.train;

import org.jspecify.annotations.NullMarked;
