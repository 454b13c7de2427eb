package dev.nextact.bench;

import dev.nextact.bench.MeasuredProcess.Command;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A virtual environment of Python with exactly the packages of a file. */
final class PythonEnvironment {

    private PythonEnvironment() {}

    /**
     * Makes it, unless it is there with the same packages.
     *
     * @param python the program that makes it
     * @return the environment's own Python
     * @throws NextactException when there is no such Python, or a package cannot be had
     */
    static Path make(String python, Path requirements, Path directory, Progress progress) {
        Path made = directory.resolve("requirements.txt");
        Path own = directory.resolve("bin").resolve("python");
        try {
            String packages = Files.readString(requirements);
            if (Files.exists(made) && Files.readString(made).equals(packages)) {
                return own;
            }
            Files.createDirectories(directory);
            progress.say("installing " + requirements + " into " + directory + ", some 8 GB");
            Path log = directory.resolve("install.log");
            MeasuredProcess.run(
                    new Command(
                            List.of(python, "-m", "venv", "--clear", directory.toString()),
                            Map.of()),
                    directory.resolveSibling(directory.getFileName() + ".log"));
            MeasuredProcess.run(
                    new Command(
                            List.of(
                                    own.toString(),
                                    "-m",
                                    "pip",
                                    "install",
                                    "--quiet",
                                    "--no-deps",
                                    "--no-cache-dir",
                                    "-r",
                                    requirements.toString()),
                            Map.of()),
                    log);
            AtomicFiles.write(made, packages);
            return own;
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    "cannot make " + directory + ": " + e.getMessage() + "; choose another --work",
                    e);
        }
    }
}
