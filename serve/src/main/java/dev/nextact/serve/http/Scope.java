package dev.nextact.serve.http;

import java.util.Locale;

/** What a key may do. */
public enum Scope {
    /** No key is needed. */
    PUBLIC,
    /** Predictions. */
    READ,
    /** Events in, shoppers forgotten. */
    WRITE,
    /** Models. */
    ADMIN;

    String lower() {
        return name().toLowerCase(Locale.ROOT);
    }
}
