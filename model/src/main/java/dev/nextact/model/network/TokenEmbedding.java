package dev.nextact.model.network;

import dev.nextact.model.network.NetworkSettings.Block;
import dev.nextact.model.network.NetworkSettings.Family;
import dev.nextact.model.network.NetworkSettings.TimeField;
import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The vector of an event: that of its item, or of its basket, plus that of its behaviour where
 * there are several, plus those of its time fields and of what else is known of it, plus that of
 * its position where the encoder would not know it otherwise. Positions count from the oldest event
 * read, so an event keeps its position when later ones come. The token of the shopper, where there
 * is one, is item 0 with the shopper's fields, and stands at the first position.
 *
 * <p>The vector of a basket is the sum of its n items' by √n; where Yu et al. 2016, "A Dynamic
 * Recurrent Model for Next Basket Recommendation" (DREAM), pool by the mean or the greatest, the
 * mean learned far more slowly here (docs/benchmarks.md, "Baskets").
 */
final class TokenEmbedding {

    /** Of the vectors before training. */
    private static final double DEVIATION = 0.02;

    private final NetworkSettings settings;

    TokenEmbedding(NetworkSettings settings) {
        this.settings = settings;
    }

    private boolean hasBehaviours() {
        return settings.readsBehaviours();
    }

    private boolean hasFields() {
        return settings.tokens().fieldRows() > 0;
    }

    private boolean hasPositions() {
        return settings.family().attends() && settings.positions().isInToken();
    }

    private boolean isNormalised() {
        return settings.family() == Family.TRANSFORMER && settings.block() == Block.POST_NORM;
    }

    private static String table(TimeField field) {
        return field.name().toLowerCase(Locale.ROOT) + ".embedding";
    }

    List<ParameterSpec> parameters() {
        Start start = new Start.Normal(DEVIATION);
        int width = settings.width();
        List<ParameterSpec> list = new ArrayList<>();
        list.add(
                new ParameterSpec(
                        Network.ITEM_TABLE, new int[] {settings.items() + 1, width}, start));
        for (NetworkSettings.ItemFieldSize field : settings.itemFields()) {
            list.add(
                    switch (field.kind()) {
                        case VALUES ->
                                new ParameterSpec(
                                        Network.itemField(field.name()),
                                        new int[] {field.values(), width},
                                        start);
                        case NUMBERS ->
                                new ParameterSpec(
                                        Network.itemProjection(field.name()),
                                        new int[] {width, field.values()},
                                        start);
                    });
        }
        if (hasBehaviours()) {
            list.add(
                    new ParameterSpec(
                            "behaviour.embedding",
                            new int[] {settings.behaviours(), width},
                            start));
        }
        for (TimeField field : settings.timeFields()) {
            list.add(new ParameterSpec(table(field), new int[] {field.size(), width}, start));
        }
        if (hasFields()) {
            int[] shape = {settings.tokens().fieldRows(), width};
            list.add(new ParameterSpec(Network.FIELD_TABLE, shape, start));
        }
        if (hasPositions()) {
            list.add(
                    new ParameterSpec(
                            "position.embedding", new int[] {settings.steps(), width}, start));
        }
        if (isNormalised()) {
            list.add(new ParameterSpec("token.norm.gain", new int[] {width}, Start.ONE));
            list.add(new ParameterSpec("token.norm.bias", new int[] {width}, Start.ZERO));
        }
        return list;
    }

    /** [B, T, D]. */
    <T> T embed(Ops<T> ops, Tokens<T> tokens) {
        T x = items(ops, tokens);
        if (hasBehaviours()) {
            x =
                    ops.add(
                            x,
                            ops.embedding(
                                    ops.parameter("behaviour.embedding"), tokens.behaviours()));
        }
        for (TimeField field : settings.timeFields()) {
            x = ops.add(x, ops.embedding(ops.parameter(table(field)), field.of(tokens.clock())));
        }
        if (hasFields()) {
            T table = ops.parameter(Network.FIELD_TABLE);
            x =
                    ops.add(
                            x,
                            ops.weightedRows(
                                    table, tokens.fields().rows(), tokens.fields().weights()));
        }
        if (hasPositions()) {
            T steps = settings.shape().baskets() ? tokens.baskets().rows() : tokens.items();
            T positions = ops.positions(steps); // [T]
            x = ops.add(x, ops.embedding(ops.parameter("position.embedding"), positions));
        }
        if (isNormalised()) {
            x =
                    ops.layerNorm(
                            x, ops.parameter("token.norm.gain"), ops.parameter("token.norm.bias"));
        }
        return ops.dropout(x, settings.dropout());
    }

    /** [B, T, D]. */
    private <T> T items(Ops<T> ops, Tokens<T> tokens) {
        T table = ops.parameter(Network.ITEM_TABLE);
        return settings.shape().baskets()
                ? ops.weightedRows(table, tokens.baskets().rows(), tokens.baskets().weights())
                : ops.embedding(table, tokens.items());
    }
}
