@NullMarked
package dev.nextact.cli;

import org.jspecify.annotations.NullMarked;
