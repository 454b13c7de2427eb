/** The model bundle: the one thing that passes from training to serving. */
@NullMarked
package dev.nextact.model.bundle;

import org.jspecify.annotations.NullMarked;
