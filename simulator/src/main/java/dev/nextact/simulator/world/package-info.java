@NullMarked
package dev.nextact.simulator.world;

import org.jspecify.annotations.NullMarked;
