package dev.nextact.predict;

import dev.nextact.core.EventLog;
import dev.nextact.core.FieldVocabulary;
import dev.nextact.core.NextactException;
import java.util.List;

/**
 * The prepared log of a shop, read when somebody asks about all of its shoppers. Who has been
 * forgotten since is not in it.
 */
public interface ShopLog {

    /**
     * Reads it whole.
     *
     * @param fields that the model reads
     * @throws NextactException where nothing is prepared, or it is damaged
     */
    EventLog open(FieldVocabulary fields);

    /**
     * The items of which a fact holds.
     *
     * @return their ids, at least one
     * @throws NextactException where it holds of none
     */
    List<String> itemsWith(String field, String value);
}
