package dev.nextact.train;

import java.time.Duration;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.StringVector;
import org.bytedeco.pytorch.TCPStore;
import org.bytedeco.pytorch.TCPStoreOptions;

/**
 * Where the processes of a training find each other and leave word for who started them: a store of
 * texts, served by the machine that opened it. Whoever reaches its port can read and write there:
 * it is for a network of one's own. Confined to one thread: who waits here lets nobody else in.
 */
public final class Rendezvous implements AutoCloseable {

    /** For a process to reach the store, and for all to come to a step. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private final NativeOwner owner = new NativeOwner();
    private final TCPStore store;
    private final String host;

    private Rendezvous(String host, int port, boolean serves) {
        TorchRuntime.loadGloo();
        this.host = host;
        try (PointerScope opening = new PointerScope()) {
            TCPStoreOptions options =
                    new TCPStoreOptions()
                            .port((short) port)
                            .isServer(serves)
                            .waitWorkers(false)
                            .timeout(new Milliseconds(PATIENCE.toMillis()));
            store = owner.keep(new TCPStore(host, options));
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /**
     * Opens one.
     *
     * @param host name or number of this machine that the processes reach it by
     * @param port 0 = any that is free
     */
    public static Rendezvous serve(String host, int port) {
        return new Rendezvous(host, port, true);
    }

    /**
     * One that another process serves.
     *
     * @throws LostProcessException when it cannot be reached
     */
    public static Rendezvous at(String host, int port) {
        return new Rendezvous(host, port, false);
    }

    /** Of the machine that serves it. */
    public String host() {
        return host;
    }

    public int port() {
        return Short.toUnsignedInt(store.getPort());
    }

    /** Leaves word for whoever asks for it: when this returns, all find it. */
    public void put(String key, String text) {
        try (PointerScope telling = new PointerScope()) {
            store.set(key, text);
            // Setting is not answered. What the same connection asks next is, after the setting.
            if (!store.check(new StringVector(key))) {
                throw new IllegalStateException("word left as " + key + " is not there");
            }
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /** What was left, if anything. */
    public Optional<String> find(String key) {
        try (PointerScope asking = new PointerScope()) {
            return store.check(new StringVector(key))
                    ? Optional.of(store.get_to_str(key))
                    : Optional.empty();
        } catch (RuntimeException e) {
            throw lost(e);
        }
    }

    /**
     * Waits for all others.
     *
     * @param patience how long another may take to come, or to a step
     */
    ProcessGroup join(Place place, Duration patience) {
        return new GlooGroup(store, place, patience);
    }

    private LostProcessException lost(RuntimeException e) {
        return new LostProcessException(
                "the machine that started the training, "
                        + host
                        + ", is not reached: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                e);
    }

    @Override
    public void close() {
        owner.close();
    }
}
