package dev.nextact.data.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.nextact.core.AtomicFiles;
import dev.nextact.core.NextactException;
import dev.nextact.core.Progress;
import dev.nextact.core.Remote.HttpApi;
import dev.nextact.data.collect.CollectReport.Collected;
import dev.nextact.data.collect.CollectedDirectory.PartFile;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Collects the pages of an API that only ever appends, the oldest rows first.
 *
 * <p>Each page is a file at once, so that a kill costs one request; when there are enough, they
 * become one Parquet file. A run begins by asking for the last page again: what was taken of it
 * must still be its beginning, and what has been added is new.
 */
final class HttpCollector {

    private static final String STREAM = "pages";

    private final HttpApi api;
    private final CollectedDirectory directory;
    private final ApiClient client;
    private final Pager pager;
    private final Part part;
    private final Path spool;

    private long partFrom;
    private long pages;
    private @Nullable Page last;
    private long newRows;
    private long unreadable;
    private int newFiles;

    HttpCollector(HttpApi api, CollectedDirectory directory, ApiClient client, Part part) {
        this.api = api;
        this.directory = directory;
        this.client = client;
        this.pager = new Pager(api);
        this.part = part;
        this.spool = directory.pages();
    }

    Collected run(Progress progress) {
        try (Progress.Task task = progress.start("collect " + api.name(), -1, "rows")) {
            Files.createDirectories(spool);
            resume();
            Optional<String> token = last == null ? pager.first() : last.token();
            int skip = last == null ? 0 : last.taken();
            String before = "";
            while (true) {
                ApiClient.Answer answer = client.get(pager.address(token));
                List<JsonNode> rows = pager.rows(answer.body());
                String digest = Page.digest(rows);
                refuseChanged(rows, skip);
                refuseRepeated(rows, digest, before);
                take(new Page(token, rows.size(), digest, rows.subList(skip, rows.size())));
                task.at(newRows, pages + " pages");
                Optional<String> next = pager.next(token, answer, rows.size());
                if (next.isEmpty()) {
                    break;
                }
                token = next;
                skip = 0;
                before = digest;
            }
            if (!part.isEmpty()) {
                writePart();
            }
        } catch (IOException e) {
            throw Part.failure("write to " + directory.path(), e);
        }
        return new Collected(
                api.name(),
                api.uri().toString(),
                directory.path(),
                newRows,
                unreadable,
                newFiles,
                directory.rows(),
                List.of());
    }

    /** Goes to where the last run was: behind the last Parquet file, and the pages after it. */
    private void resume() throws IOException {
        List<PartFile> parts = directory.parts();
        if (!parts.isEmpty()) {
            PartFile newest = parts.get(parts.size() - 1);
            pages = newest.to();
            partFrom = newest.to();
            last = read(Part.position(newest.file()), newest.file());
        }
        for (Path file : spooled()) {
            long number = number(file);
            Optional<Page> page = number == pages ? whole(file) : Optional.empty();
            if (page.isEmpty()) {
                // in the Parquet file already; or the machine's end cut one short, and this is it
                // or behind it
                Files.delete(file);
                continue;
            }
            addToPart(page.get());
            pages = number + 1;
            last = page.get().withoutRows();
            if (part.isFull()) {
                writePart();
            }
        }
    }

    /** Empty where the machine's end cut the page short. */
    private static Optional<Page> whole(Path file) throws IOException {
        try {
            return Optional.of(Page.fromJson(Files.readString(file))).filter(Page::isWhole);
        } catch (JsonProcessingException | MalformedInputException e) {
            return Optional.empty();
        }
    }

    private List<Path> spooled() throws IOException {
        try (Stream<Path> files = Files.list(spool)) {
            return files.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        }
    }

    private static long number(Path file) {
        return Long.parseLong(file.getFileName().toString().replace(".json", ""));
    }

    private static Page read(String json, Path file) {
        try {
            return Page.fromJson(json);
        } catch (JsonProcessingException e) {
            throw Part.failure("read " + file, e);
        }
    }

    private void refuseChanged(List<JsonNode> rows, int skip) {
        boolean same =
                last == null
                        || skip == 0
                        || (rows.size() >= skip
                                && Page.digest(rows.subList(0, skip)).equals(last.digest()));
        if (!same) {
            throw NextactException.input(
                    "%s: the page that was read last%s no longer begins with the %,d rows taken of"
                            + " it. nextact can only go on with an API that answers the oldest"
                            + " rows first and never changes them; sort it so, or delete %s to"
                            + " collect anew",
                    api.uri(),
                    last == null ? "" : last.token().map(t -> " ('" + t + "')").orElse(""),
                    skip,
                    directory.path());
        }
    }

    private void refuseRepeated(List<JsonNode> rows, String digest, String before) {
        if (!rows.isEmpty() && digest.equals(before)) {
            throw NextactException.input(
                    "%s: two pages in a row hold the same rows. Does the API know the parameter"
                            + " that pages: names?",
                    api.uri());
        }
    }

    private void take(Page page) throws IOException {
        if (page.rows().isEmpty()) {
            return;
        }
        Path file = spool.resolve(String.format("%015d.json", pages));
        Path temporary = spool.resolve(CollectedDirectory.TEMPORARY);
        Files.writeString(temporary, page.toJson()); // not forced: it can be asked for again
        AtomicFiles.move(temporary, file);
        addToPart(page);
        newRows += page.rows().size();
        unreadable += page.rows().stream().filter(row -> !JsonRow.of(row).isReadable()).count();
        pages++;
        last = page.withoutRows();
        if (part.isFull()) {
            writePart();
        }
    }

    private void addToPart(Page page) {
        page.rows().forEach(row -> part.add(JsonRow.of(row)));
    }

    private void writePart() throws IOException {
        if (last == null) {
            throw new IllegalStateException("rows without a page");
        }
        part.write(directory.file(STREAM, partFrom, pages), last.toJson());
        newFiles++;
        partFrom = pages;
        for (Path file : spooled()) {
            if (number(file) < pages) {
                Files.delete(file);
            }
        }
    }
}
