@NullMarked
package dev.nextact.model;

import org.jspecify.annotations.NullMarked;
