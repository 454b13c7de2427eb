/**
 * What is known of events and shoppers beside item, behaviour and time: fields such as region,
 * device or price. A field is learned from the training part into a {@link
 * dev.nextact.core.fields.FieldEncoding}, which turns any value, also one never seen, into rows of
 * a table of vectors.
 */
@NullMarked
package dev.nextact.core.fields;

import org.jspecify.annotations.NullMarked;
