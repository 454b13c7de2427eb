/**
 * The pages for the shop's people: what comes in, what is foretold, why, and which model answers.
 */
@NullMarked
package dev.nextact.serve.console;

import org.jspecify.annotations.NullMarked;
