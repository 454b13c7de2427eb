/** Which past events moved a prediction, and how much. */
@NullMarked
package dev.nextact.predict.explain;

import org.jspecify.annotations.NullMarked;
