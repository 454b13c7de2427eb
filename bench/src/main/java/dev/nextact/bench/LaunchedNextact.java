package dev.nextact.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The launcher {@code nextact}, each command in a process of its own.
 *
 * @param home nextact's
 * @param logs the directory for what commands print
 */
record LaunchedNextact(Path home, Path logs) {

    /**
     * @param name of the log
     * @param javaOptions in place of the launcher's own
     */
    MeasuredProcess run(String name, List<String> arguments, List<String> javaOptions)
            throws IOException {
        List<String> words = new ArrayList<>(List.of(home.resolve("nextact").toString()));
        words.addAll(arguments);
        return MeasuredProcess.run(
                new MeasuredProcess.Command(
                        words,
                        Map.of(
                                "NEXTACT_NO_BUILD",
                                "1",
                                "NEXTACT_JAVA_OPTS",
                                String.join(" ", javaOptions))),
                Files.createDirectories(logs).resolve(name + ".log"));
    }
}
