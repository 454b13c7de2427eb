@NullMarked
package dev.nextact.evaluate;

import org.jspecify.annotations.NullMarked;
