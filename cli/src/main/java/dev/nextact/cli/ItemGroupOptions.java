package dev.nextact.cli;

import dev.nextact.core.ShopConfig;
import dev.nextact.predict.ItemGroup;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code --category} and {@code --item} of the commands that ask about some items alone. */
final class ItemGroupOptions {

    @Option(
            names = "--category",
            paramLabel = "NAME",
            description = "Something of this category of items, not anything.")
    private @Nullable String category;

    @Option(names = "--item", paramLabel = "ID", description = "This item, not anything.")
    private @Nullable String item;

    boolean isGiven() {
        return category != null || item != null;
    }

    Optional<String> category() {
        return Optional.ofNullable(category);
    }

    Optional<String> item() {
        return Optional.ofNullable(item);
    }

    /**
     * Absent: anything.
     *
     * @param spec of the command, for its errors
     */
    Optional<ItemGroup> read(CommandSpec spec, ShopConfig shop) {
        if (category != null && item != null) {
            throw new ParameterException(
                    spec.commandLine(), "--category and --item: give one of them");
        }
        return ItemGroup.of(new PreparedShop(shop), category(), item());
    }
}
