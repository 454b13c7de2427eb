@NullMarked
package dev.nextact.predict;

import org.jspecify.annotations.NullMarked;
