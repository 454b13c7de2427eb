package dev.nextact.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GlooGroupTest {

    /** A vector [7] of this process's own numbers. */
    private static float[] summed(ProcessGroup group, long values) {
        try (PointerScope scope = new PointerScope()) {
            float[] own = new float[(int) values];
            for (int i = 0; i < own.length; i++) {
                own[i] = group.rank() + 0.1f * i;
            }
            Tensor vector = Tensor.create(own);
            double number = group.sum(vector, 10.0 + group.rank());
            float[] sum = new float[own.length + 1];
            for (int i = 0; i < own.length; i++) {
                sum[i] = vector.data_ptr_float().get(i);
            }
            sum[own.length] = (float) number;
            return sum;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyoneGetsTheSum(int processes) {
        List<float[]> sums = Together.run(processes, group -> summed(group, 5));

        float of = processes * (processes - 1) / 2f;
        for (float[] sum : sums) {
            assertThat(sum).isEqualTo(sums.get(0));
            assertThat(sum[0]).isEqualTo(of);
            assertThat(sum[5]).isEqualTo(10f * processes + of);
        }
    }

    @Test
    void aProcessMayJoinGroupsOneAfterTheOther() {
        for (int turn = 0; turn < 2; turn++) {
            Together.run(
                    2,
                    group -> {
                        for (int step = 0; step < 10; step++) {
                            summed(group, 5000);
                        }
                        return 0;
                    });
        }
    }

    @Test
    void everyoneHearsWhatTheFirstFinds() {
        assertThat(Together.run(3, group -> group.ofFirst(() -> 7.5 + group.rank())))
                .containsExactly(7.5, 7.5, 7.5);
    }

    @Test
    void bytesAreThoseOfARing() {
        List<Long> sent =
                Together.run(
                        2,
                        group -> {
                            summed(group, 1000);
                            return group.bytesSent();
                        });

        assertThat(sent).containsExactly(4008L, 4008L);
    }

    /** Long before its patience is at an end. */
    @Test
    @Timeout(60)
    void aProcessThatLeavesIsMissedAtOnce() {
        assertThatThrownBy(
                        () ->
                                Together.run(
                                        2,
                                        Duration.ofMinutes(5),
                                        group -> {
                                            summed(group, 5); // both are there
                                            if (group.rank() == 1) {
                                                group.close();
                                                return 0.0;
                                            }
                                            return (double) summed(group, 5)[0];
                                        }))
                .isInstanceOf(LostProcessException.class)
                .hasMessageContaining("process 0 of 2 cannot sum the gradients");
    }

    @Test
    @Timeout(60)
    void aProcessThatDoesNotAnswerIsMissed() {
        CountDownLatch missed = new CountDownLatch(1);

        assertThatThrownBy(
                        () ->
                                Together.run(
                                        2, Duration.ofSeconds(5), group -> silent(group, missed)))
                .isInstanceOf(LostProcessException.class)
                .hasMessageContaining("process 0 of 2 cannot sum the gradients");
    }

    /** The second is connected and says nothing. */
    private static double silent(ProcessGroup group, CountDownLatch missed) {
        if (group.rank() == 0) {
            try {
                return summed(group, 5)[0];
            } finally {
                missed.countDown();
            }
        }
        try {
            missed.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return 0;
    }

    @Test
    void whoSeesOtherDataIsRefused() {
        assertThatThrownBy(
                        () ->
                                Together.run(
                                        2,
                                        group -> {
                                            group.refuseUnlike("prepared data", group.rank());
                                            return 0;
                                        }))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining("do not see the same prepared data: process 1");
    }

    @ParameterizedTest
    @CsvSource({
        "model: {family: auto}, model.family: found auto",
        "'train: {privacy: {epsilon: 8}}', train.privacy: a private"
    })
    void whatOneProcessDoesAloneIsRefused(String asked, String message) {
        ShopConfig config =
                ShopConfigReader.read(
                        "sources: [{path: a.csv, columns: {user: u, item: i, time: t}}]\n" + asked,
                        "shop.yaml",
                        Path.of("/"),
                        Map.of());

        assertThatThrownBy(() -> Place.refuseAlone(config))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(message);
    }

    @Test
    void wordLeftIsFound() {
        try (Rendezvous served = Rendezvous.serve("127.0.0.1", 0);
                Rendezvous reached = Rendezvous.at("127.0.0.1", served.port())) {
            assertThat(served.find("grüße")).isEmpty();
            reached.put("grüße", "日本 and more");
            assertThat(served.find("grüße")).contains("日本 and more");
        }
    }
}
