package dev.nextact.cli;

import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.Receipt;
import dev.nextact.data.EraseShoppers;
import dev.nextact.model.bundle.RetrainDue;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.history.Forgetting;
import dev.nextact.serve.history.HistoryStore;
import java.io.IOException;
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
            "  nextact forget --user u100001 --json receipt.json",
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
        Progress progress = terminal.progress();
        Clock clock = Clock.systemUTC();
        Forgetting forgetting = Forgetting.of(shop, clock);
        List<Receipt> receipts = new ArrayList<>();
        if (skipHistory) {
            for (String user : users) {
                receipts.add(forgetting.entomb(user, who()));
            }
        } else {
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
        }
        EraseShoppers.Result erased = new EraseShoppers(clock).run(shop, users, progress);
        List<Path> due =
                erased.foundAny()
                        ? RetrainDue.mark(shop.modelsDirectory(), clock.instant())
                        : List.of();
        terminal.out()
                .printf(
                        "%,d forgotten: %,d staged and %,d collected rows are gone%s; %d models are"
                                + " due to be trained again%n",
                        users.size(),
                        erased.staged(),
                        erased.collected(),
                        erased.isPreparedAnew() ? ", prepared data are made anew" : "",
                        due.size());
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("receipts", receipts);
        tree.put("erased", erased);
        tree.put("retrain_due", due.stream().map(Path::toString).toList());
        json.write(tree);
        return 0;
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
