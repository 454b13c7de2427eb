/** Pages for people to read: one HTML file each, that needs nothing else. */
@NullMarked
package dev.nextact.core.report;

import org.jspecify.annotations.NullMarked;
