package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import dev.nextact.core.ShopConfig;
import dev.nextact.serve.http.ApiKeys;
import dev.nextact.serve.http.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "add",
        description = {
            "Make an API key: it is printed, once, and its hash is added to the file of serve.keys.",
            "A server that runs knows it within a second. To take a key back, delete its line."
        })
final class KeysAddCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "ID", description = "Whose it is; letters, digits, dots, dashes.")
    private String id = "";

    @Option(
            names = "--scopes",
            paramLabel = "SCOPE",
            split = ",",
            required = true,
            description = "What it may do: read, write, admin.")
    private Set<Scope> scopes = Set.of();

    @Mixin private ConfigOptions config = new ConfigOptions();

    KeysAddCommand(Terminal terminal) {
        this.terminal = terminal;
        this.spec = CommandSpec.create();
    }

    @Override
    public Integer call() {
        if (!id.matches("[A-Za-z0-9._-]{1,64}") || scopes.contains(Scope.PUBLIC)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "expected an id of letters, digits, dots and dashes, and scopes among read,"
                            + " write, admin");
        }
        ShopConfig shop = config.read();
        Path file =
                shop.file(
                        shop.serve()
                                .keys()
                                .orElseThrow(
                                        () ->
                                                NextactException.input(
                                                        "the config names no file for the keys; add"
                                                                + " serve: {keys: FILE}")));
        String key = ApiKeys.create(new SecureRandom());
        try {
            if (!Files.exists(file)) {
                Files.createFile(file);
                if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(
                            file, PosixFilePermissions.fromString("rw-------"));
                }
            }
            Files.writeString(
                    file, ApiKeys.line(id, scopes, key) + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT, "cannot write " + file + ": " + e.getMessage(), e);
        }
        terminal.out().println(key);
        return 0;
    }
}
