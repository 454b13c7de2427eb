package dev.nextact.data.collect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What was taken of a page.
 *
 * @param token the page was asked for by
 * @param taken rows of it, at this time and before
 * @param digest SHA-256 of these
 * @param rows the new ones
 */
record Page(Optional<String> token, int taken, String digest, List<JsonNode> rows) {

    Page {
        rows = List.copyOf(rows);
    }

    static String digest(List<JsonNode> rows) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (JsonNode row : rows) {
                digest.update(row.toString().getBytes(StandardCharsets.UTF_8));
                digest.update((byte) '\n');
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isWhole() {
        return !digest.isEmpty() && !rows.isEmpty();
    }

    /** The position without the rows, as it is kept in a Parquet file. */
    Page withoutRows() {
        return new Page(token, taken, digest, List.of());
    }

    String toJson() {
        ObjectNode node = JsonRow.JSON.createObjectNode();
        token.ifPresent(t -> node.put("token", t));
        node.put("taken", taken).put("sha256", digest);
        node.putArray("rows").addAll(rows);
        return node.toString();
    }

    static Page fromJson(String text) throws JsonProcessingException {
        JsonNode node = JsonRow.JSON.readTree(text);
        List<JsonNode> rows = new ArrayList<>();
        node.path("rows").forEach(rows::add);
        return new Page(
                Optional.ofNullable(node.path("token").textValue()),
                node.path("taken").asInt(),
                node.path("sha256").asText(),
                rows);
    }
}
