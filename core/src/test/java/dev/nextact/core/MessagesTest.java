package dev.nextact.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

class MessagesTest {

    @Test
    void theLanguageThatIsPreferredFirstAndIsThereCounts() {
        assertThat(Messages.language("zh-CN,zh;q=0.9,en;q=0.8"))
                .isEqualTo(Locale.SIMPLIFIED_CHINESE);
        assertThat(Messages.language("zh")).isEqualTo(Locale.SIMPLIFIED_CHINESE);
        assertThat(Messages.language("de-DE, en;q=0.5, zh;q=0.4")).isEqualTo(Locale.ENGLISH);
    }

    @Test
    void whoAsksForNoneThatIsThereReadsEnglish() {
        for (String tags : new String[] {"", "fr", "*", ";;,", "zhongwen"}) {
            assertThat(Messages.language(tags)).as(tags).isEqualTo(Locale.ENGLISH);
        }
    }
}
