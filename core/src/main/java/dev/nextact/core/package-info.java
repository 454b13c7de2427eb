/** The nouns of the field. Plain Java: nothing native, no SQL, no HTTP. */
@NullMarked
package dev.nextact.core;

import org.jspecify.annotations.NullMarked;
