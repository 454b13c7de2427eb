/** What of shoppers may be told: differential privacy and its accounting, pseudonyms, ciphers. */
@NullMarked
package dev.nextact.core.privacy;

import org.jspecify.annotations.NullMarked;
