package dev.nextact.core.plan;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one stage needs on so many machines.
 *
 * @param machines 1 = one without a cluster, which is its own driver
 * @param parts of the time, one after the other
 * @param driverBytes resident on the driver; 0 where there is none
 * @param machineBytes resident on each machine
 * @param diskBytes the most at one time, on the disk that all see, raw files not included
 * @param networkBytes sent in all, by all together
 * @param step of a training
 * @param fits whether one process can hold it; see {@code remark}
 * @param remark what else a reader must know; empty where there is nothing
 */
public record StageEstimate(
        Stage stage,
        int machines,
        List<TimePart> parts,
        double driverBytes,
        double machineBytes,
        double diskBytes,
        double networkBytes,
        Optional<Step> step,
        boolean fits,
        String remark) {

    /** In the order in which they are run. */
    public enum Stage {
        PREPARE,
        TRAIN,
        SCORE;

        public String title() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * A step of a training.
     *
     * @param count in all epochs
     * @param targets of the whole batch
     * @param seconds of it
     * @param gradientBytes the vector that is summed over machines
     * @param sentBytes by each machine
     */
    public record Step(
            double count, double targets, double seconds, double gradientBytes, double sentBytes) {}

    public StageEstimate {
        parts = List.copyOf(parts);
    }

    public double seconds() {
        return parts.stream().mapToDouble(TimePart::seconds).sum();
    }

    /** Where every coefficient is as good as it may be. */
    public double leastSeconds() {
        return parts.stream().mapToDouble(p -> p.seconds() / p.within()).sum();
    }

    /** Where every coefficient is as bad as it may be. */
    public double mostSeconds() {
        return parts.stream().mapToDouble(p -> p.seconds() * p.within()).sum();
    }

    /** What takes most of the time: what to have more of first. */
    public Cause limit() {
        Map<Cause, Double> sums = new LinkedHashMap<>();
        parts.forEach(part -> sums.merge(part.cause(), part.seconds(), Double::sum));
        return sums.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .orElseThrow();
    }

    /** For JSON. */
    Map<String, Object> toTree() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("stage", stage.title());
        tree.put("machines", machines);
        tree.put("seconds", seconds());
        tree.put("least_seconds", leastSeconds());
        tree.put("most_seconds", mostSeconds());
        tree.put("limit", limit().title());
        Map<String, Double> sums = new LinkedHashMap<>();
        parts.forEach(part -> sums.merge(part.cause().title(), part.seconds(), Double::sum));
        tree.put("seconds_by_cause", sums);
        tree.put("driver_bytes", Math.round(driverBytes));
        tree.put("machine_bytes", Math.round(machineBytes));
        tree.put("disk_bytes", Math.round(diskBytes));
        tree.put("network_bytes", Math.round(networkBytes));
        step.ifPresent(
                s -> {
                    Map<String, Object> one = new LinkedHashMap<>();
                    one.put("count", Math.round(s.count()));
                    one.put("targets", s.targets());
                    one.put("seconds", s.seconds());
                    one.put("gradient_bytes", Math.round(s.gradientBytes()));
                    one.put("sent_bytes_by_each_machine", Math.round(s.sentBytes()));
                    tree.put("step", one);
                });
        tree.put("fits", fits);
        tree.put("remark", remark);
        return tree;
    }
}
