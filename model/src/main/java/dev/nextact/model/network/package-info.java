/** The network: token embedding, encoder families, heads. */
@NullMarked
package dev.nextact.model.network;

import org.jspecify.annotations.NullMarked;
