/** The tensor operations a network is made of, and their interpreters. */
@NullMarked
package dev.nextact.model.ops;

import org.jspecify.annotations.NullMarked;
