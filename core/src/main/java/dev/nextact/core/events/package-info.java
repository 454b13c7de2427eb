/**
 * What comes next and when: forecasts of a shopper's next k events, each with a time and the
 * likelihood of every kind, and how near they come to the truth. The kind of an event is its
 * behaviour. Times are seconds since the last event of the history.
 */
@NullMarked
package dev.nextact.core.events;

import org.jspecify.annotations.NullMarked;
