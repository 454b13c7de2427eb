@NullMarked
package dev.nextact.data;

import org.jspecify.annotations.NullMarked;
