/** What shoppers did, kept so that no acknowledged event is lost. */
@NullMarked
package dev.nextact.serve.history;

import org.jspecify.annotations.NullMarked;
