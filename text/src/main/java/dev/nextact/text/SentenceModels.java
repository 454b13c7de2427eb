package dev.nextact.text;

import dev.nextact.core.TextEncoder;
import java.nio.file.Path;

/** Brings the sentence model to those who ask for one. */
public final class SentenceModels implements TextEncoder.Provider {

    @Override
    public TextEncoder open(Path cache) {
        SentenceModel model = SentenceModel.open();
        return new CachedTextEncoder(cache, model);
    }

    @Override
    public TextEncoder open() {
        return SentenceModel.open();
    }
}
