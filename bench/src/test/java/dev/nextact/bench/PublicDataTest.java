package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.nextact.core.EventSequence;
import dev.nextact.core.NextactException;
import dev.nextact.evaluate.churn.Purchases;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicDataTest {

    @TempDir private Path folder;

    private void write(String name, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void whatIsBoughtOnOneDayIsOnePurchase() throws IOException {
        write("cohort_sample_ids.csv.gz", "customer_id\n00004\n");
        write(
                "transactions.csv.gz",
                """
                customer_id,date,quantity,amount
                00004,1997-01-15,1,2.5
                00004,1997-01-15,1,4
                00004,1997-01-01,1,1
                00005,1997-01-01,1,1
                """);
        List<Purchases> customers = Cdnow.sample(folder);

        assertThat(customers).hasSize(1);
        assertThat(customers.get(0).times()).containsExactly(0, 2);
        assertThat(customers.get(0).amounts()).containsExactly(1, 6.5);
        assertThat(customers.get(0).until(Cdnow.CUT_OFF).age()).isCloseTo(38.86, within(0.005));
    }

    @Test
    void timesOfTheEventTypesAreThoseOfTheWorld() throws IOException {
        write(
                "events.csv.gz",
                """
                split,user,time,type
                train,a,151156.8853,8
                test,b,151157,0
                test,b,151157.0001,16
                """);
        TaobaoEventTypes taobao = TaobaoEventTypes.read(folder);
        EventSequence test = taobao.test().get(0);

        assertThat(taobao.train()).hasSize(1);
        assertThat(test.behaviour(1)).isEqualTo(16);
        assertThat(test.timeMicros(0)).isEqualTo(1_511_570_000_000_000L); // 25 November 2017
        assertThat(test.timeMicros(1) - test.timeMicros(0)).isEqualTo(1_000_000);
    }

    @Test
    void aBadLineIsNamed() throws IOException {
        write("events.csv.gz", "split,user,time,type\ntrain,a,soon,8\n");
        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(() -> TaobaoEventTypes.read(folder))
                .withMessageContaining("events.csv.gz, line 2")
                .withMessageContaining("soon");

        write("events.csv.gz", "split,user,time,type\ntrain,a,1\n");
        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(() -> TaobaoEventTypes.read(folder))
                .withMessageContaining("line 2");

        assertThatExceptionOfType(NextactException.class)
                .isThrownBy(() -> Cdnow.sample(folder))
                .withMessageContaining("--data");
    }
}
