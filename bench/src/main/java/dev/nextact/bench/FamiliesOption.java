package dev.nextact.bench;

import dev.nextact.model.network.NetworkSettings.Family;
import java.util.List;
import picocli.CommandLine.Option;

/** {@code --families}: which networks of demand are compared. */
final class FamiliesOption {

    @Option(
            names = "--families",
            paramLabel = "NAME",
            split = ",",
            description =
                    "Instead: networks of these families, one beside the other, such as"
                            + " gru,lstm,transformer.")
    private List<Family> families = List.of();

    /** Empty where none was asked for. */
    List<Family> families() {
        return families;
    }
}
