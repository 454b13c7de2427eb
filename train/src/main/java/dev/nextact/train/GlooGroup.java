package dev.nextact.train;

import dev.nextact.core.ShopConfig;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.PrefixStore;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * Processes connected to each other by TCP, each to every other. Sums go round a ring: of n
 * processes each sends 2(n − 1)/n of a vector, whatever n is, and adds in an order that follows
 * from n alone (Patarasuk and Yuan 2009). Confined to one thread.
 */
final class GlooGroup implements ProcessGroup {

    /** Beyond any validation; a process that has died is noticed by its closed connection. */
    private static final Duration FOR_THE_FIRST = Duration.ofHours(24);

    private final NativeOwner owner = new NativeOwner();
    private final ProcessGroupGloo gloo;
    private final int rank;
    private final int size;
    private final int workers;
    private final Duration patience;
    private long bytesSent;

    /**
     * Returns when all processes are there.
     *
     * @param store where they find each other
     * @param patience how long another process may take to come, or to a step
     * @throws LostProcessException when one does not come
     */
    GlooGroup(Store store, Place place, Duration patience) {
        this.rank = place.rank();
        this.size = place.size();
        this.workers = place.workers();
        this.patience = patience;
        try (PointerScope joining = new PointerScope()) {
            ProcessGroupGloo.Options options =
                    ProcessGroupGloo.Options.create(new Milliseconds(patience.toMillis()));
            options.devices(
                    new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(place.host())));
            // a store made by new is freed with its scope, whoever holds it; a clone with the group
            Store held = new PrefixStore(place.name(), store).clone();
            gloo = owner.keep(new ProcessGroupGloo(held, rank, size, options));
        } catch (RuntimeException e) {
            throw lost("find the other processes from " + place.host(), e);
        }
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int workers(ShopConfig.Train settings) {
        return settings.workers() > 0 ? settings.workers() : workers;
    }

    @Override
    public double sum(Tensor vector, double number) {
        try (PointerScope summing = new PointerScope()) {
            AllreduceOptions options =
                    new AllreduceOptions().timeout(new Milliseconds(patience.toMillis()));
            Tensor one = Tensor.create(number);
            Work ofVector = gloo.allreduce(new TensorVector(vector), options);
            Work ofNumber = gloo.allreduce(new TensorVector(one), options);
            ofVector._wait();
            ofNumber._wait();
            bytesSent += 2L * (size - 1) * (Float.BYTES * vector.numel() + Double.BYTES) / size;
            return one.item_double();
        } catch (RuntimeException e) {
            throw lost("sum the gradients", e);
        }
    }

    @Override
    public double ofFirst(DoubleSupplier finding) {
        double found = isFirst() ? finding.getAsDouble() : 0;
        try (PointerScope telling = new PointerScope()) {
            BroadcastOptions options =
                    new BroadcastOptions().timeout(new Milliseconds(FOR_THE_FIRST.toMillis()));
            Tensor one = Tensor.create(found);
            gloo.broadcast(new TensorVector(one), options)._wait();
            return one.item_double();
        } catch (RuntimeException e) {
            throw lost("hear of the first process", e);
        }
    }

    @Override
    public long bytesSent() {
        return bytesSent;
    }

    private LostProcessException lost(String what, RuntimeException e) {
        return new LostProcessException(
                "process "
                        + rank
                        + " of "
                        + size
                        + " cannot "
                        + what
                        + "; another has ended, or the network is broken: "
                        + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
                e);
    }

    /** Ends its connections, which the others notice. */
    @Override
    public void close() {
        owner.close();
    }
}
