package dev.nextact.serve.history;

/**
 * More waits to be written than may wait. Nothing of the request was kept; it can be sent again.
 */
public final class StoreOverloaded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StoreOverloaded(String message) {
        super(message, null, false, false);
    }
}
