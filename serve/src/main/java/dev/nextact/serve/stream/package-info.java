/** Events from a topic of Kafka, and predictions to another. */
@NullMarked
package dev.nextact.serve.stream;

import org.jspecify.annotations.NullMarked;
