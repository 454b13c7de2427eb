package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ServeConfig;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.ShopConfigReader;
import dev.nextact.core.privacy.Pseudonyms;
import dev.nextact.core.privacy.Receipt;
import dev.nextact.data.EraseShoppers;
import dev.nextact.data.FindTraces;
import dev.nextact.model.bundle.RetrainDue;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryFiles;
import dev.nextact.serve.history.HistoryStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "forget",
        description = {
            "Forget shoppers for good: in staged, collected and prepared data and in the histories.",
            "What is left is a tombstone each, a keyed hash by which later events of theirs are",
            "passed over. Models that may have learned from them are marked: retrain due.",
            "Where a server has the histories open, DELETE /v1/users/USER forgets there."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  nextact forget --user u100001 --verify --json receipt.json",
            "  nextact forget --users-file leavers.txt --skip-history"
        })
final class ForgetCommand implements Callable<Integer> {

    private final Terminal terminal;

    @ArgGroup(multiplicity = "1")
    private Who who = new Who();

    static final class Who {
        @Option(
                names = "--user",
                paramLabel = "USER",
                required = true,
                description = "An id, as the shop knows it; may be given several times.")
        private List<String> users = List.of();

        @Option(
                names = "--users-file",
                paramLabel = "FILE",
                required = true,
                description = "A file of ids, one a line.")
        private Optional<Path> file = Optional.empty();
    }

    @Option(
            names = "--skip-history",
            description = "Leave the histories to the server that has them open.")
    private boolean skipHistory;

    @Option(
            names = "--verify",
            description = {
                "Then look through every file of the workspace and its backups, also for what is",
                "compressed: exit code 5 and their names where one still names somebody."
            })
    private boolean verify;

    @Mixin private ConfigOptions config = new ConfigOptions();
    @Mixin private JsonOption json = new JsonOption();

    ForgetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ShopConfig shop = config.read();
        Set<String> users = new LinkedHashSet<>(who.users);
        who.file.ifPresent(file -> users.addAll(lines(file)));
        List<ShopConfig> backups = backups(shop);
        Progress progress = terminal.progress();
        Clock clock = Clock.systemUTC();
        List<Receipt> receipts = new ArrayList<>();
        if (skipHistory) {
            Forgetting forgetting = Forgetting.of(shop, clock);
            users.forEach(user -> receipts.add(forgetting.entomb(user, who())));
        } else {
            receipts.addAll(histories(shop, users, clock));
        }
        EraseShoppers erase = new EraseShoppers(clock);
        EraseShoppers.Result erased = erase.run(shop, users, progress);
        for (ShopConfig backup : backups) {
            if (backup.serve().history().store() == ServeConfig.Store.ROCKSDB
                    && Files.isDirectory(backup.historyDirectory())) {
                histories(backup, users, clock);
            } else {
                Forgetting forgetting = Forgetting.of(backup, clock);
                users.forEach(user -> forgetting.entomb(user, who()));
            }
            erase.run(backup, users, progress);
        }
        List<Path> due =
                erased.foundAny()
                        ? RetrainDue.mark(shop.modelsDirectory(), clock.instant())
                        : List.of();
        terminal.out()
                .printf(
                        "%,d forgotten: %,d staged and %,d collected rows are gone%s%s; %d models are"
                                + " due to be trained again%n",
                        users.size(),
                        erased.staged(),
                        erased.collected(),
                        erased.isPreparedAnew() ? ", prepared data are made anew" : "",
                        backups.isEmpty() ? "" : ", and so in " + backups.size() + " backups",
                        due.size());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("receipts", receipts);
        tree.put("erased", erased);
        tree.put("retrain_due", due.stream().map(Path::toString).toList());
        List<Path> found = new ArrayList<>();
        if (verify) {
            found.addAll(traces(shop, users));
            backups.forEach(backup -> found.addAll(traces(backup, users)));
            tree.put("found_in", found.stream().map(Path::toString).toList());
        }
        json.write(tree);
        refuse(found);
        return 0;
    }

    /** Each as a workspace of its own; all must be there before anything is done. */
    private static List<ShopConfig> backups(ShopConfig shop) {
        List<ShopConfig> backups = new ArrayList<>();
        for (Path path : shop.privacy().backups()) {
            Path directory = shop.file(path);
            if (!Files.isDirectory(directory)) {
                throw NextactException.input(
                        "privacy.backups: %s is no folder. Mount it, or take it off the list; nobody"
                                + " has been forgotten yet",
                        directory);
            }
            backups.add(
                    ShopConfigReader.changed(
                            shop, "privacy.backups", Map.of("workspace", directory.toString())));
        }
        return backups;
    }

    /** In the histories of a workspace, down to the bytes. */
    private static List<Receipt> histories(ShopConfig shop, Set<String> users, Clock clock) {
        List<Receipt> receipts = new ArrayList<>();
        Forgetting forgetting = Forgetting.of(shop, clock);
        try (HistoryStore store = forgetting.before(ServeModel.store(shop, clock), shop)) {
            List<CompletableFuture<Receipt>> done = new ArrayList<>();
            for (String user : users) {
                done.add(forgetting.forget(store, user, who()));
                if (done.size() % 64 == 0) {
                    done.forEach(CompletableFuture::join); // no more than the store lets wait
                }
            }
            done.forEach(receipt -> receipts.add(receipt.join()));
            store.purge().join();
        }
        return receipts;
    }

    /** Files of a workspace that still name somebody. */
    private List<Path> traces(ShopConfig shop, Set<String> users) {
        Pseudonyms pseudonyms = Pseudonyms.of(shop);
        List<byte[]> wanted = new ArrayList<>();
        for (String user : users) {
            Set<String> names = new LinkedHashSet<>(pseudonyms.allOfUser(user));
            names.add(user);
            for (String name : names) {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                if (bytes.length >= FindTraces.SHORTEST) {
                    wanted.add(bytes);
                } else {
                    terminal.err()
                            .println(
                                    "'"
                                            + name
                                            + "' is too short to be looked for: chance finds it");
                }
            }
        }
        try {
            return new FindTraces(Map.of(HistoryFiles.ENDING, HistoryFiles::forEach))
                    .run(shop.workspaceDirectory(), wanted);
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "--verify: cannot look through "
                            + shop.workspaceDirectory()
                            + ": "
                            + e.getMessage()
                            + ". Does a server write there? Try again",
                    e);
        }
    }

    private static void refuse(List<Path> found) {
        if (!found.isEmpty()) {
            throw new NextactException(
                    NextactException.Category.QUALITY,
                    "--verify: who was forgotten is still named in "
                            + String.join(", ", found.stream().map(Path::toString).toList()));
        }
    }

    /** For the audit log. */
    static String who() {
        return System.getProperty("user.name", "unknown");
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new NextactException(
                    NextactException.Category.INPUT,
                    "--users-file: cannot read " + file + ": " + e.getMessage(),
                    e);
        }
    }
}
