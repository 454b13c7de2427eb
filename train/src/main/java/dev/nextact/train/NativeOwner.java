package dev.nextact.train;

import java.util.ArrayDeque;
import java.util.Deque;
import org.bytedeco.javacpp.Pointer;

/** Keeps native objects alive beyond the scope they were made in, and frees them on close. */
final class NativeOwner implements AutoCloseable {

    private final Deque<Pointer> kept = new ArrayDeque<>();

    /** Takes the object over from the scope of this thread. */
    <P extends Pointer> P keep(P pointer) {
        pointer.retainReference();
        kept.push(pointer);
        return pointer;
    }

    @Override
    public void close() {
        while (!kept.isEmpty()) {
            kept.pop().releaseReference();
        }
    }
}
