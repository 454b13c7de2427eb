package dev.nextact.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.nextact.cli.Terminal;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class BenchTest {

    /** A percent sign must stand twice in a description: picocli formats it. */
    @Test
    void everyDescriptionCanBeShown() {
        Map<String, CommandLine> commands =
                Bench.commandLine(Terminal.ofProcess()).getSubcommands();

        assertThat(commands).isNotEmpty();
        commands.forEach(
                (name, command) ->
                        texts(command.getCommandSpec())
                                .forEach(
                                        text ->
                                                assertThatCode(() -> String.format(text))
                                                        .as("%s: %s", name, text)
                                                        .doesNotThrowAnyException()));
    }

    private static Stream<String> texts(CommandSpec spec) {
        return Stream.concat(
                Stream.of(spec.usageMessage().description()),
                spec.args().stream().flatMap(arg -> Stream.of(arg.description())));
    }
}
