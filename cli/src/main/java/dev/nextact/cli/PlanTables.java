package dev.nextact.cli;

import dev.nextact.core.plan.Coefficient;
import dev.nextact.core.plan.Measured;
import dev.nextact.core.plan.Plan;
import dev.nextact.core.plan.StageEstimate;
import dev.nextact.core.plan.StageEstimate.Stage;
import dev.nextact.core.plan.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A {@link Plan} as the terminal shows it. */
final class PlanTables {

    private final Plan plan;
    private final int columns;

    PlanTables(Plan plan, int columns) {
        this.plan = plan;
        this.columns = columns;
    }

    String toText() {
        StringBuilder text = new StringBuilder(asked());
        for (Stage stage : Stage.values()) {
            text.append('\n').append(title(stage)).append('\n').append(table(stage));
        }
        return text.append(remarks())
                .append('\n')
                .append(
                        wrapped(
                                "In brackets: the time if every coefficient were off by as much as"
                                        + " it may be."))
                .append(wrapped("Measured on " + plan.known().machine() + "."))
                .append(wrapped("Checked: " + plan.known().checked() + "."))
                .toString();
    }

    private String asked() {
        Workload asked = plan.asked();
        Workload.Machine machine = asked.machine();
        Workload.Training network = asked.network();
        return String.format(
                Locale.ROOT,
                "%,d events of %,d shoppers, %,d items%n"
                        + "machines: %,d cores, links of %s Gbit/s, disks of %s MB/s%n"
                        + "network: transformer, width %,d, %d layers, length %,d; %,d negatives and"
                        + " %,d histories a step%n",
                asked.events(),
                asked.users(),
                asked.items(),
                machine.cores(),
                number(machine.gigabits()),
                number(machine.diskMegabytes()),
                network.width(),
                network.layers(),
                network.length(),
                network.negatives(),
                network.batch());
    }

    private static String number(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,.0f", value)
                : Double.toString(value);
    }

    private String title(Stage stage) {
        Workload asked = plan.asked();
        return switch (stage) {
            case PREPARE ->
                    "prepare (1: DuckDB with --memory "
                            + (asked.machine().memory() >> 20)
                            + "m; more: Spark)";
            case TRAIN ->
                    String.format(
                            Locale.ROOT,
                            "train (%,d epochs of %,.0f steps)",
                            asked.epochs(),
                            plan.of(Stage.TRAIN).get(0).step().orElseThrow().count()
                                    / asked.epochs());
            case SCORE ->
                    String.format(
                            Locale.ROOT, "score (predict next, %,d items a shopper)", asked.k());
        };
    }

    private String table(Stage stage) {
        List<String> header =
                new ArrayList<>(
                        List.of(
                                "machines",
                                "time",
                                "most of it",
                                "driver",
                                "each machine",
                                "disk",
                                "network"));
        if (stage == Stage.TRAIN) {
            header.addAll(List.of("a step", "sums"));
        }
        return new TextTable(header, plan.of(stage).stream().map(PlanTables::row).toList())
                .toText(columns);
    }

    private static List<String> row(StageEstimate estimate) {
        List<String> row =
                new ArrayList<>(
                        List.of(
                                Integer.toString(estimate.machines()),
                                estimate.fits()
                                        ? Amounts.time(
                                                estimate.seconds(),
                                                estimate.leastSeconds(),
                                                estimate.mostSeconds())
                                        : "does not fit",
                                estimate.fits() ? estimate.limit().title() : "-",
                                Amounts.bytes(estimate.driverBytes()),
                                Amounts.bytes(estimate.machineBytes()),
                                Amounts.bytes(estimate.diskBytes()),
                                Amounts.bytes(estimate.networkBytes())));
        estimate.step()
                .ifPresent(
                        step ->
                                row.addAll(
                                        List.of(
                                                Amounts.time(step.seconds()),
                                                Amounts.bytes(step.sentBytes()))));
        return row;
    }

    /** Lines that end where the terminal does. */
    private String wrapped(String sentence) {
        StringBuilder text = new StringBuilder();
        int column = 0;
        for (String word : sentence.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > columns) {
                text.append('\n');
                column = 0;
            }
            text.append(column > 0 ? " " : "").append(word);
            column += word.length() + (column > 0 ? 1 : 0);
        }
        return text.append('\n').toString();
    }

    private String remarks() {
        return plan.estimates().stream()
                .filter(estimate -> !estimate.remark().isEmpty())
                .map(
                        estimate ->
                                String.format(
                                        Locale.ROOT,
                                        "%s on %s: %s%n",
                                        estimate.stage().title(),
                                        estimate.machines() == 1 ? "1 machine" : "several",
                                        estimate.remark()))
                .distinct()
                .collect(Collectors.joining());
    }

    /** Every coefficient with its source. */
    String coefficients() {
        StringBuilder text = new StringBuilder("\n");
        for (Coefficient coefficient : Coefficient.values()) {
            Measured measured = plan.known().of(coefficient);
            text.append(
                    String.format(
                            Locale.ROOT,
                            "%-20s %s %s%s%n    %s%n",
                            coefficient.key(),
                            number(measured.value()),
                            coefficient.unit(),
                            measured.within() > 1 ? ", within " + measured.within() + " times" : "",
                            measured.how()));
        }
        return text.toString();
    }
}
