/** The HTTP interface. */
@NullMarked
package dev.nextact.serve.http;

import org.jspecify.annotations.NullMarked;
