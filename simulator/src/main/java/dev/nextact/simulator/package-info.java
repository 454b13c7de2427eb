@NullMarked
package dev.nextact.simulator;

import org.jspecify.annotations.NullMarked;
