package dev.nextact.train;

import dev.nextact.core.Catalog;
import dev.nextact.core.ItemCoding;
import dev.nextact.core.ItemFacts;
import dev.nextact.core.ItemField;
import dev.nextact.core.LearningData;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.Split;
import dev.nextact.core.TextEncoder;
import dev.nextact.data.PreparedData;
import dev.nextact.model.bundle.Bundle;
import java.util.List;

/**
 * What a training knows of items beside their events. Of the log only what was known before the end
 * of the training part counts.
 *
 * @param codings fitted to the learned items
 * @param learned the facts about these, one for each coding
 * @param newItems the others, where the model takes new items
 */
record ItemKnowledge(
        List<ItemCoding> codings,
        List<ItemField> learned,
        NewItems newItems,
        ItemFacts facts,
        TextEncoder encoder) {

    static ItemKnowledge of(ShopConfig config, LearningData data) {
        ShopConfig.Model model = config.model();
        if (model.itemFacts().isEmpty()) {
            return new ItemKnowledge(
                    List.of(), List.of(), NewItems.NONE, ItemFacts.NONE, TextEncoder.NONE);
        }
        ItemFacts facts =
                PreparedData.itemFacts(
                        config.preparedDirectory(),
                        data.split().cutOffs().map(Split.CutOffs::trainUntil));
        TextEncoder encoder =
                model.itemText().isEmpty()
                        ? TextEncoder.NONE
                        : TextEncoder.find(config.textDirectory());
        Catalog catalog = data.catalog();
        List<ItemCoding> codings = ItemCoding.fit(model, catalog, facts, encoder);
        return new ItemKnowledge(
                codings,
                fields(codings, catalog, facts, encoder),
                model.newItems() ? NewItems.of(codings, catalog, facts, encoder) : NewItems.NONE,
                facts,
                encoder);
    }

    /**
     * Values as they were numbered for an earlier model, of the items of its catalog; numbers and
     * texts need none.
     */
    List<ItemField> asThen(ShopConfig config, Bundle earlier) {
        List<ItemCoding> then = earlier.itemCodings();
        List<ItemCoding> numbering =
                then.isEmpty()
                        ? ItemCoding.fit(config.model(), earlier.catalog(), facts, encoder)
                        : then;
        return fields(
                numbering.stream().filter(coding -> !(coding instanceof ItemCoding.Text)).toList(),
                earlier.catalog(),
                facts,
                encoder);
    }

    static List<ItemField> fields(
            List<ItemCoding> codings, Catalog catalog, ItemFacts facts, TextEncoder encoder) {
        return codings.stream().map(coding -> coding.of(catalog, facts, encoder)).toList();
    }
}
