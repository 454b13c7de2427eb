package dev.nextact.data;

import dev.nextact.core.ShopConfig;
import dev.nextact.core.privacy.Pseudonyms;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** All that the workspace's files hold of one shopper, for the shopper. */
public final class ExportShopper {

    /**
     * @param user the id, as the shop knows it
     * @return by the kind of file, each row by column
     */
    public Map<String, List<Map<String, Object>>> run(ShopConfig config, String user) {
        Pseudonyms pseudonyms = Pseudonyms.of(config);
        Set<String> names = new LinkedHashSet<>(List.of(user));
        names.addAll(pseudonyms.allOfUser(user));
        String among =
                " IN (" + String.join(", ", names.stream().map(DuckDb::quoted).toList()) + ")";
        Map<String, List<Map<String, Object>>> found = new LinkedHashMap<>();
        Path spill = config.stagedDirectory().resolveSibling("export.tmp");
        try (DuckDb engine = DuckDb.open(spill)) {
            List<Map<String, Object>> staged = new ArrayList<>();
            for (Path part : parts(config.stagedDirectory())) {
                add(
                        engine,
                        "SELECT * EXCLUDE (line) FROM read_parquet("
                                + DuckDb.quoted(part)
                                + ") WHERE user_id"
                                + among,
                        staged);
            }
            found.put("staged", staged);
            List<Map<String, Object>> prepared = new ArrayList<>();
            Path directory = config.preparedDirectory();
            if (Files.exists(directory.resolve(PreparedData.EVENTS))) {
                add(
                        engine,
                        "SELECT u.user_id, i.item_id, e.* EXCLUDE (user_index, item_index) FROM "
                                + parquet(directory.resolve(PreparedData.EVENTS))
                                + " AS e JOIN "
                                + parquet(directory.resolve(PreparedData.USERS))
                                + " AS u USING (user_index) JOIN "
                                + parquet(directory.resolve(PreparedData.ITEMS))
                                + " AS i USING (item_index) WHERE u.user_id"
                                + among,
                        prepared);
            }
            found.put("prepared", prepared);
        } catch (IOException e) {
            throw SourceFiles.unreadable(config.stagedDirectory(), e);
        }
        return found;
    }

    private static String parquet(Path file) {
        return "read_parquet(" + DuckDb.quoted(file) + ")";
    }

    private static List<Path> parts(Path staged) throws IOException {
        if (!Files.isDirectory(staged)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(staged)) {
            return files.filter(
                            file ->
                                    file.getFileName().toString().startsWith("rows-")
                                            && SourceFiles.isParquet(file))
                    .sorted()
                    .toList();
        }
    }

    private static void add(DuckDb engine, String query, List<Map<String, Object>> rows)
            throws IOException {
        engine.read(
                query,
                row -> {
                    Map<String, Object> values = new LinkedHashMap<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        Object value = row.getObject(i);
                        if (value != null) {
                            values.put(
                                    row.getMetaData().getColumnLabel(i),
                                    value instanceof Number ? value : value.toString());
                        }
                    }
                    rows.add(values);
                });
    }
}
