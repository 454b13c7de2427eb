package dev.nextact.train;

/**
 * Another process of the training does not answer any more: it ended, or the network between them
 * broke. Nothing is wrong with the training itself, which can go on from its checkpoint.
 */
public final class LostProcessException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LostProcessException(String message, Throwable cause) {
        super(message, cause);
    }
}
