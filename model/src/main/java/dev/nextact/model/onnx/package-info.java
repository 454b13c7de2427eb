/** Writes networks as ONNX graphs. */
@NullMarked
package dev.nextact.model.onnx;

import org.jspecify.annotations.NullMarked;
