/**
 * Networks, written once and interpreted three ways: {@code TorchOps} trains them, {@code OnnxOps}
 * writes them as a graph for serving, {@code ArrayOps} is the plain-Java reference.
 *
 * <p>Letters of shapes, everywhere: B batch, T steps (oldest first, padding at the end), D width, H
 * heads, K head width (D = H·K), V items of the catalog (tables have V+1 rows, row 0 = none), C
 * behaviours, N negatives, M targets of a batch, I items of the largest basket.
 */
@NullMarked
package dev.nextact.model;

import org.jspecify.annotations.NullMarked;
