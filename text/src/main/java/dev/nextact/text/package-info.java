/** What texts mean: a frozen sentence model, run by ONNX Runtime. */
@NullMarked
package dev.nextact.text;

import org.jspecify.annotations.NullMarked;
