package dev.nextact.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nextact.core.NextactException;
import dev.nextact.core.uplift.Contact;
import dev.nextact.core.uplift.Listed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CampaignReaderTest {

    @TempDir private Path directory;

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @Test
    void aLogMayBeCsvOrJsonLinesAndCallItsColumnsAnything() throws IOException {
        Path csv =
                write(
                        "log.csv",
                        """
                        who;when;got;odds;spent
                        u1;2025-03-07 00:00:00;yes;0.25;12.5
                        u2;2025-03-07 00:00:00;no;0.25;
                        """);
        Map<String, String> names =
                Map.of(
                        "user",
                        "who",
                        "time",
                        "when",
                        "treated",
                        "got",
                        "propensity",
                        "odds",
                        "outcome",
                        "spent");
        List<Contact> contacts = CampaignReader.contacts(csv, names);
        assertThat(contacts).hasSize(2);
        assertThat(contacts.get(0).user()).isEqualTo("u1");
        assertThat(contacts.get(0).timeMicros()).isEqualTo(1_741_305_600_000_000L);
        assertThat(contacts.get(0).treated()).isTrue();
        assertThat(contacts.get(0).propensity()).hasValue(0.25);
        assertThat(contacts.get(0).outcome()).hasValue(12.5);
        assertThat(contacts.get(1).treated()).isFalse();
        assertThat(contacts.get(1).outcome()).isEmpty();
        assertThat(contacts.get(1).line()).isEqualTo(3);

        Path json = write("log.jsonl", "{\"user\":\"u1\",\"time\":1741305600,\"treated\":true}\n");
        assertThat(CampaignReader.contacts(json, Map.of()).get(0).timeMicros())
                .isEqualTo(1_741_305_600_000_000L);
    }

    @Test
    void aListIsReadAsOneAndAsALog() throws IOException {
        Path list =
                write(
                        "list.csv",
                        """
                        user,rank,group,at,horizon_seconds,behaviour,of,reason
                        u1,1,holdout,2025-03-07T00:00:00.000001Z,86400,purchase,item i1,"a, b"
                        """);
        assertThat(CampaignReader.list(list))
                .containsExactly(
                        new Listed(
                                "u1", true, 1_741_305_600_000_001L, 86_400, "purchase", "item i1"));
        assertThat(CampaignReader.contacts(list, Map.of()).get(0).treated()).isFalse();
    }

    @Test
    void whatIsWrongIsNamedWithItsLine() throws IOException {
        refused("user,time,treated\n,2025-03-07,1\n", "line 2: no user");
        refused("user,time,treated\nu1,2025-03-07,1\nu2,soon,0\n", "line 3: time is 'soon'");
        refused(
                "user,time,treated,propensity\nu1,2025-03-07,1,half\n",
                "line 2: propensity is 'half', expected a number");
        refused("user,time\nu1,2025-03-07\n", "there is no column 'treated'");
        refused("user,time,treated\n", "holds no row");
    }

    private void refused(String text, String message) throws IOException {
        Path file = write("bad.csv", text);
        assertThatThrownBy(() -> CampaignReader.contacts(file, Map.of()))
                .isInstanceOf(NextactException.class)
                .hasMessageContaining(message);
    }
}
