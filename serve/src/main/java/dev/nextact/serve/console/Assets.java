package dev.nextact.serve.console;

import io.javalin.http.Context;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * The scripts and the style of the pages, packed once. Their address holds a hash of all of them,
 * so that browsers may keep them for ever. Immutable; thread-safe.
 */
final class Assets {

    private static final String WEBJARS = "/META-INF/resources/webjars/";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    private final Map<String, Asset> assets = new LinkedHashMap<>();
    private final String version;

    /**
     * @param gzip its bytes, packed
     */
    private record Asset(String type, byte[] plain, byte[] gzip) {}

    Assets() {
        add("console.css", "text/css; charset=utf-8", "console.css");
        add("console.js", JAVASCRIPT, "console.js");
        add("htmx.js", JAVASCRIPT, WEBJARS + "htmx.org/2.0.4/dist/htmx.min.js");
        add("echarts.js", JAVASCRIPT, WEBJARS + "echarts/5.3.1/dist/echarts.common.min.js");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            assets.values().forEach(asset -> digest.update(asset.plain()));
            this.version = HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(String name, String type, String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("resource " + resource + " is missing");
            }
            byte[] plain = in.readAllBytes();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(plain);
            }
            assets.put(name, new Asset(type, plain, bytes.toByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where pages find an asset. */
    String path(String name) {
        return Console.ROOT + "/assets/" + version + "/" + name;
    }

    /**
     * @return false where there is no such asset
     */
    boolean answer(Context ctx, String name) {
        Asset asset = assets.get(name);
        if (asset == null) {
            return false;
        }
        ctx.contentType(asset.type())
                .header("Cache-Control", "public, max-age=31536000, immutable");
        ctx.header("Vary", "Accept-Encoding");
        String accepted = ctx.header("Accept-Encoding");
        if (accepted != null && accepted.contains("gzip")) {
            ctx.header("Content-Encoding", "gzip").result(asset.gzip());
        } else {
            ctx.result(asset.plain());
        }
        return true;
    }
}
