package dev.nextact.predict.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.Behaviours;
import dev.nextact.core.Behaviours.Behaviour;
import dev.nextact.core.Catalog;
import dev.nextact.core.EventLog;
import dev.nextact.core.EventSequences;
import dev.nextact.core.Messages;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig.SplitRule;
import dev.nextact.model.bundle.Bundle;
import dev.nextact.predict.Moment;
import dev.nextact.predict.OutlookBundle;
import dev.nextact.predict.OutlookModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What all shoppers of a log tell. */
class LogIndexIT {

    private static final long DAY = 86_400_000_000L;
    private static final long START = 1_740_000_000_000_000L;
    private static final int OF_EACH = 60;

    /** Tea, cup, pot and the item that the model does not know. */
    private static final List<String> ITEMS = List.of("tea", "cup", "pot", "jug");

    @TempDir private Path directory;
    private Bundle bundle;

    @BeforeEach
    void write() {
        bundle = OutlookBundle.write(directory, true, true);
    }

    /**
     * Of two kinds of shoppers, as many of each: some look at tea again and again, and buy a cup in
     * the end; some buy pots, and come no more.
     *
     * @param last item of those who come again
     */
    private static EventLog log(int last) {
        EventSequences.Builder events = new EventSequences.Builder();
        for (int user = 0; user < 2 * OF_EACH; user++) {
            boolean isFirst = user < OF_EACH;
            for (int event = 0; event < 6; event++) {
                // one minute apart and in one session, or four days
                long time = START + (isFirst ? event * DAY * 4 : event * 60_000_000L) + user;
                events.event(isFirst ? 1 : 1 + event % 3, isFirst ? 0 : 1, time);
            }
            if (isFirst) {
                events.event(last, 1, START + 30 * DAY + user);
            }
            events.endUser();
        }
        return new EventLog(
                Catalog.of(ITEMS),
                IntStream.range(0, 2 * OF_EACH).mapToObj(user -> "u" + user).toList(),
                new Behaviours(
                        List.of(
                                new Behaviour("view", List.of("view")),
                                new Behaviour("buy", List.of("buy")))),
                events.build(),
                "f");
    }

    private SimilarShoppers similar(OutlookModel model, EventLog log) {
        return SimilarShoppers.of(model, bundle, log, Duration.ofDays(7), 1);
    }

    @Test
    void whoIsMostLikeAShopperDidWhatIsTold() {
        EventLog log = log(2);
        try (OutlookModel model = OutlookModel.open(bundle)) {
            SimilarShoppers similar = similar(model, log);
            assertThat(similar.size()).isEqualTo(2 * OF_EACH);
            Moment first = new Moment(log.sequences().get(3).prefix(6), START + 23 * DAY);
            SimilarShoppers.Found found = similar.to(model.states(List.of(first))[0]);

            assertThat(found.shoppers()).isEqualTo(SimilarShoppers.NEIGHBOURS);
            assertThat(found.came()).isEqualTo(1);
            assertThat(found.acts()).containsOnlyKeys("buy").containsEntry("buy", 1.0);
            assertThat(found.items())
                    .containsExactly(new SimilarShoppers.Item(2, SimilarShoppers.NEIGHBOURS));
            assertThat(found.medianSeconds().orElseThrow()).isCloseTo(7 * 86_400, within(1.0));
            Moment second = new Moment(log.sequences().get(OF_EACH + 3), START + 23 * DAY);
            SimilarShoppers.Found gone = similar.to(model.states(List.of(second))[0]);
            assertThat(gone.came()).isZero();
            assertThat(gone.acts()).isEmpty();
            assertThat(gone.medianSeconds()).isEmpty();
            for (Locale language : Messages.LANGUAGES) {
                SimilarText text = new SimilarText(language, ITEMS::get, name -> name);
                assertThat(text.sentences(found).get(0)).contains("50").contains("100 %");
                assertThat(String.join(" ", text.sentences(gone))).doesNotContain("{");
            }
        }
    }

    @Test
    void anItemThatTheModelDoesNotKnowIsNotTold() {
        EventLog log = log(4);
        try (OutlookModel model = OutlookModel.open(bundle)) {
            Moment first = new Moment(log.sequences().get(3).prefix(6), START + 23 * DAY);
            SimilarShoppers.Found found = similar(model, log).to(model.states(List.of(first))[0]);

            assertThat(found.acts()).containsEntry("buy", 1.0);
            assertThat(found.items()).isEmpty();
        }
    }

    @Test
    void whatComesBeforeAnItemIsOfTheSameSession() {
        PrecedingItems preceding = PrecedingItems.of(bundle, log(2));

        assertThat(preceding.before(2)).containsExactly(new SimilarShoppers.Item(1, OF_EACH));
        assertThat(preceding.before(3)).containsExactly(new SimilarShoppers.Item(2, OF_EACH));
        assertThat(preceding.before(1)).containsExactly(new SimilarShoppers.Item(3, OF_EACH));
    }

    private GlobalImportance.Answer importance(EventLog log) {
        return new GlobalImportance()
                .run(
                        bundle,
                        log,
                        new GlobalImportance.Request(
                                new SplitRule("time", Duration.ofDays(7), Duration.ofDays(7)),
                                1,
                                86_400,
                                100,
                                1),
                        Progress.silent());
    }

    private static double loss(GlobalImportance.Answer answer, String field) {
        return answer.fields().stream()
                .filter(of -> of.field().equals(field))
                .findFirst()
                .orElseThrow()
                .loss();
    }

    @Test
    void whatTheNetworkDoesNotReadDoesNotMatter() {
        GlobalImportance.Answer answer = importance(log(2));

        assertThat(answer.shoppers()).isEqualTo(OF_EACH);
        assertThat(answer.logShare()).isNegative();
        // a network of gaps knows no hours
        assertThat(loss(answer, "clock")).isZero();
        assertThat(answer.fields())
                .extracting(GlobalImportance.Importance::field)
                .containsExactlyInAnyOrder("item", "behaviour", "gap", "clock");
        assertThat(answer.pauses()).hasSize(6);
        for (Locale language : Messages.LANGUAGES) {
            assertThat(String.join(" ", new GlobalText(language).sentences(answer)))
                    .contains("60")
                    .doesNotContain("{");
        }
    }

    @Test
    void whatMattersIsSeenOnTheValidationPartAlone() {
        assertThat(importance(log(2)).toTree()).isEqualTo(importance(log(3)).toTree());
    }
}
