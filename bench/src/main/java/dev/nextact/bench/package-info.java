@NullMarked
package dev.nextact.bench;

import org.jspecify.annotations.NullMarked;
