package dev.nextact.serve.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nextact.core.Messages;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.TestShop;
import dev.nextact.serve.http.ApiKeys;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.TestClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console without a browser: who may what, and what is refused. */
class ConsoleIT {

    private static final Pattern CSRF = Pattern.compile("name=\"csrf\" value=\"([^\"]+)\"");

    /** Without keys, for this machine alone. */
    @TempDir private static Path here;

    private static RunningServer open;

    /** With a key that may read, and one that is taken out. */
    @TempDir private static Path there;

    private static RunningServer keyed;
    private static String reader;
    private static String leaver;

    private static final ByteArrayOutputStream LOG = new ByteArrayOutputStream();

    private final TestClient client = new TestClient(open.adminPort());

    @BeforeAll
    static void serve() throws IOException {
        open = serve(here, "");
        reader = key("desk", Scope.READ);
        leaver = key("leaver", Scope.READ);
        keyed = serve(there, ", keys: keys");
    }

    private static RunningServer serve(Path directory, String more) {
        TestShop shop = new TestShop(directory);
        shop.addOutlook(1);
        shop.addOutlook(2);
        return shop.serve(
                ", history: {events: 100}, pictures: photos" + more, shop.prepared(), LOG);
    }

    @AfterAll
    static void close() {
        open.close();
        keyed.close();
        assertThat(LOG.toString(StandardCharsets.UTF_8))
                .doesNotContain("\"level\":\"error\"")
                .doesNotContain(reader);
    }

    /** Adds a key to the file. */
    private static String key(String id, Scope... scopes) throws IOException {
        Path file = there.resolve("keys");
        String key = ApiKeys.create(new SecureRandom());
        String before = Files.exists(file) ? Files.readString(file) : "";
        Files.writeString(file, before + ApiKeys.line(id, Set.of(scopes), key) + "\n");
        return key;
    }

    private static String form(String... namesAndValues) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(i == 0 ? "" : "&")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return form.toString();
    }

    private static HttpResponse<String> post(
            TestClient client, String path, String cookie, String form) {
        return client.send(
                client.to(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Cookie", cookie)
                        .POST(BodyPublishers.ofString(form)));
    }

    private static HttpResponse<String> get(TestClient client, String path, String cookie) {
        return client.send(client.to(path).header("Cookie", cookie));
    }

    /** The session's cookie of a login, or of the first page where no key is needed. */
    private static String session(HttpResponse<String> response) {
        return response.headers().allValues("Set-Cookie").stream()
                .filter(cookie -> cookie.startsWith("nextact_session="))
                .map(cookie -> cookie.substring(0, cookie.indexOf(';')))
                .findFirst()
                .orElseThrow();
    }

    private static String csrf(String page) {
        Matcher matcher = CSRF.matcher(page);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    @Test
    void whereThereAreKeysNothingIsShownWithoutOne() throws IOException {
        TestClient client = new TestClient(keyed.adminPort());

        for (String path :
                new String[] {"", "/shoppers", "/models", "/shopper?id=a", "/live.csv"}) {
            HttpResponse<String> refused = client.get("/console" + path);
            assertThat(refused.statusCode()).isEqualTo(303);
            assertThat(refused.headers().firstValue("Location").orElseThrow())
                    .startsWith("/console/login");
            assertThat(refused.body()).isEmpty();
        }
        assertThat(post(client, "/console/login", "", form("key", "na_wrong")).statusCode())
                .isEqualTo(401);
        HttpResponse<String> in =
                post(client, "/console/login", "", form("key", reader, "to", "/console/models"));
        assertThat(in.statusCode()).isEqualTo(303);
        assertThat(in.headers().firstValue("Location")).hasValue("/console/models");
        assertThat(in.headers().firstValue("Set-Cookie").orElseThrow())
                .contains("HttpOnly")
                .contains("SameSite=Lax");
        assertThat(get(client, "/console/models", session(in)).statusCode()).isEqualTo(200);
    }

    @Test
    void aKeyThatMayReadAloneChangesNothing() throws IOException {
        TestClient client = new TestClient(keyed.adminPort());
        String cookie = session(post(client, "/console/login", "", form("key", reader)));
        String page = get(client, "/console/models", cookie).body();

        assertThat(page).doesNotContain("/console/models/promote");
        HttpResponse<String> refused =
                post(
                        client,
                        "/console/models/promote",
                        cookie,
                        form("csrf", csrf(page), "version", "1"));
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("lacks the scope admin");
        assertThat(
                        post(
                                        client,
                                        "/console/shopper/forget",
                                        cookie,
                                        form("csrf", csrf(page), "id", "a"))
                                .statusCode())
                .isEqualTo(403);
    }

    @Test
    void aSessionEndsWithItsKey() throws Exception {
        TestClient client = new TestClient(keyed.adminPort());
        String cookie = session(post(client, "/console/login", "", form("key", leaver)));
        assertThat(get(client, "/console/models", cookie).statusCode()).isEqualTo(200);

        Path file = there.resolve("keys");
        Files.writeString(file, Files.readAllLines(file).get(0) + "\n");
        Thread.sleep(1100);

        assertThat(get(client, "/console/models", cookie).statusCode()).isEqualTo(303);
    }

    @Test
    void aFormOfAnotherSiteChangesNothing() {
        String cookie = session(client.get("/console"));

        assertThat(
                        post(client, "/console/models/promote", cookie, form("version", "1"))
                                .statusCode())
                .isEqualTo(403);
        assertThat(
                        post(
                                        client,
                                        "/console/models/promote",
                                        cookie,
                                        form("csrf", "made up", "version", "1"))
                                .statusCode())
                .isEqualTo(403);
        assertThat(get(client, "/console/models", cookie).body())
                .contains("tag champion\">champion");
    }

    @Test
    void aVersionIsPromotedAndTheOneBeforeComesBack() {
        String cookie = session(client.get("/console"));
        String csrf = csrf(get(client, "/console/models", cookie).body());

        assertThat(
                        post(
                                        client,
                                        "/console/models/promote",
                                        cookie,
                                        form("csrf", csrf, "version", "1"))
                                .statusCode())
                .isEqualTo(303);
        assertThat(get(client, "/console/models", cookie).body()).contains("Back to version 2");
        post(client, "/console/models/rollback", cookie, form("csrf", csrf));
        assertThat(get(client, "/console/models", cookie).body()).doesNotContain("Back to version");
    }

    @Test
    void anotherNameOfThisMachineIsRefusedWhereThereAreNoKeys() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), open.adminPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /console HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 403");
            assertThat(answer).contains("call it localhost");
        }
    }

    @Test
    void noPageLetsAnythingInFromElsewhere() {
        HttpResponse<String> page = client.get("/console");

        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(page.body()).doesNotContain("http://").doesNotContain("https://");
        assertThat(page.body()).doesNotContain(" style=").doesNotContain(" onclick=");
    }

    @Test
    void scriptsAreFoundPackedAndMayBeKept() {
        Matcher script =
                Pattern.compile("src=\"(/console/assets/[^\"]+echarts.js)\"")
                        .matcher(client.get("/console").body());
        assertThat(script.find()).isTrue();
        HttpResponse<String> packed =
                client.send(client.to(script.group(1)).header("Accept-Encoding", "gzip"));

        assertThat(packed.statusCode()).isEqualTo(200);
        assertThat(packed.headers().firstValue("Content-Encoding")).hasValue("gzip");
        assertThat(packed.headers().firstValue("Cache-Control").orElseThrow())
                .contains("immutable");
        assertThat(client.get("/console/assets/x/console.js").body()).startsWith("// Draws");
        assertThat(client.get("/console/assets/x/secrets").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/console",
                "/console/../v1/models",
                "javascript:alert(1)",
                "/consolex"
            })
    void afterALoginOneStaysHere(String to) throws IOException {
        TestClient client = new TestClient(keyed.adminPort());

        assertThat(
                        post(client, "/console/login", "", form("key", reader, "to", to))
                                .headers()
                                .firstValue("Location"))
                .hasValue("/console");
    }

    /** A hundred thousand of them {@link ConsoleBrowserIT} pages. */
    @Test
    void shoppersArePaged() {
        StringBuilder events = new StringBuilder("{\"events\":[");
        for (int i = 0; i < 250; i++) {
            events.append(i == 0 ? "" : ",")
                    .append("{\"user\":\"u%03d\",\"item\":\"item-1\"}".formatted(i));
        }
        assertThat(
                        new TestClient(open.port())
                                .post("/v1/events", events.append("]}").toString())
                                .statusCode())
                .isEqualTo(200);

        String first = client.get("/console/shoppers?prefix=u").body();
        String last = client.get("/console/shoppers?prefix=u&after=u199").body();
        assertThat(first).contains("u000", "u099", "after=u099").doesNotContain("u100");
        assertThat(last).contains("u200", "u249").doesNotContain("rel=\"next\"");
        assertThat(client.get("/console/shoppers.csv?prefix=u").body().lines()).hasSize(251);
    }

    @Test
    void aCellThatASpreadsheetWouldRunIsText() {
        new TestClient(open.port())
                .post(
                        "/v1/events",
                        "{\"events\":[{\"user\":\"=HYPERLINK(\\\"x\\\")\",\"item\":\"item-1\"}]}");

        assertThat(client.get("/console/shoppers.csv?prefix=%3D").body())
                .contains("\"'=HYPERLINK(\"\"x\"\")\"");
    }

    private HttpResponse<String> build(String cookie, String size, String name) {
        String csrf = csrf(get(client, "/console/campaigns", cookie).body());
        return post(
                client,
                "/console/campaigns",
                cookie,
                form(
                        "csrf",
                        csrf,
                        "behaviour",
                        "purchase",
                        "of",
                        name.isEmpty() ? "anything" : "category",
                        "name",
                        name,
                        "horizon",
                        "7d",
                        "size",
                        size,
                        "holdout",
                        "0"));
    }

    /** The page of an audience that has been built, or cannot be. */
    private String built(String cookie, HttpResponse<String> asked) {
        String address = asked.headers().firstValue("Location").orElseThrow();
        String page = get(client, address, cookie).body();
        for (int i = 0; i < 1000 && page.contains("campaign/now"); i++) {
            LockSupport.parkNanos(10_000_000);
            page = get(client, address, cookie).body();
        }
        return page;
    }

    @Test
    void anAudienceOfFewIsNotShownAndOneThatMayHoldWhoWasForgottenIsGone() {
        String cookie = session(client.get("/console"));

        assertThat(built(cookie, build(cookie, "9", "")))
                .contains("fewer than 10 shoppers")
                .doesNotContain("shopper-");
        assertThat(built(cookie, build(cookie, "", "no-such")))
                .contains("no item has the category 'no-such'");
        HttpResponse<String> asked = build(cookie, "10", "category-2");
        String page = built(cookie, asked);
        assertThat(page).contains("Expected buyers").contains("/console/campaign.csv?number=");
        String list =
                asked.headers()
                        .firstValue("Location")
                        .orElseThrow()
                        .replace("campaign?", "campaign.csv?");
        assertThat(get(client, list, cookie).body().lines()).hasSize(11);

        String csrf = csrf(get(client, "/console/campaigns", cookie).body());
        post(client, "/console/shopper/forget", cookie, form("csrf", csrf, "id", "shopper-1"));
        assertThat(get(client, list, cookie).statusCode()).isEqualTo(410);
        assertThat(built(cookie, asked)).contains("The list is gone");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "behaviour=dance&horizon=7d",
                "behaviour=purchase&horizon=soon",
                "behaviour=purchase&horizon=7d&size=0",
                "behaviour=purchase&horizon=7d&holdout=91",
                "behaviour=purchase&horizon=7d&of=item"
            })
    void anAudienceThatCannotBeIsRefusedInWords(String form) {
        String cookie = session(client.get("/console"));
        String csrf = csrf(get(client, "/console/campaigns", cookie).body());

        HttpResponse<String> refused =
                post(client, "/console/campaigns", cookie, form("csrf", csrf) + "&" + form);
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("class=\"error\"");
        assertThat(post(client, "/console/campaigns", cookie, form).statusCode()).isEqualTo(403);
    }

    @Test
    void whatMattersOnTheWholeIsShownOfTheVersionItIsOf() throws IOException {
        assertThat(client.get("/v1/models/importance").statusCode()).isEqualTo(404);
        Path file = new TestShop(here).config("").evaluationDirectory().resolve("importance.json");
        Files.createDirectories(file.getParent());
        Files.writeString(
                file,
                """
                {"version": 2, "fields": [{"field": "gap", "loss": 0.25, "standard_error": 0.01}],
                 "pauses": [{"days": 0.0, "probability": 0.5}, {"days": 7.0, "probability": 0.2}]}
                """);

        assertThat(client.get("/v1/models/importance").body()).contains("\"gap\"");
        assertThat(client.get("/console/model?version=2").body())
                .contains("What matters on the whole")
                .contains("the pauses between events")
                .contains("+0.250");
        assertThat(client.get("/console/model?version=1").body())
                .doesNotContain("What matters on the whole");
    }

    @Test
    void similarShoppersAreToldWithAnExplanation() {
        TestClient shop = new TestClient(open.port());
        String asked = "{\"history\": [{\"item\": \"item-3\"}], \"similar\": true}";
        HttpResponse<String> response = shop.post("/v1/explain", asked);
        for (int i = 0; i < 500 && response.statusCode() == 503; i++) {
            assertThat(response.headers().firstValue("Retry-After")).isPresent();
            LockSupport.parkNanos(10_000_000);
            response = shop.post("/v1/explain", asked);
        }

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(
                        TestClient.tree(response)
                                .path("explanation")
                                .path("similar")
                                .path("shoppers")
                                .asInt())
                .isEqualTo(50);
    }

    @Test
    void picturesAreOfTheShopsFolderAlone() throws IOException {
        Path photos = Files.createDirectories(here.resolve("photos"));
        Files.write(photos.resolve("two.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        Files.write(here.resolve("outside.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});

        HttpResponse<String> picture = client.get("/console/picture?item=item-2");
        assertThat(picture.statusCode()).isEqualTo(200);
        assertThat(picture.headers().firstValue("Content-Type")).hasValue("image/png");
        assertThat(client.get("/console/item?id=item-2").body())
                .contains("src=\"/console/picture?item=item-2\"");
        assertThat(client.get("/console/picture?item=item-3").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/picture?item=item-4").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/picture?item=none").statusCode()).isEqualTo(404);
        Files.createSymbolicLink(photos.resolve("link.png"), here.resolve("outside.png"));
        Files.move(
                photos.resolve("link.png"),
                photos.resolve("two.png"),
                StandardCopyOption.REPLACE_EXISTING);
        assertThat(client.get("/console/picture?item=item-2").statusCode()).isEqualTo(404);
    }

    @Test
    void aForecastIsAFileOfItemsOrCategories() {
        String items = client.get("/console/forecast.csv").body();
        for (int i = 0; i < 500 && !items.startsWith("item,"); i++) {
            LockSupport.parkNanos(10_000_000);
            items = client.get("/console/forecast.csv").body();
        }

        assertThat(items.lines()).hasSize(1 + TestShop.ITEMS + 1);
        assertThat(client.get("/console/forecast.csv?level=category").body().lines()).hasSize(8);
        assertThat(client.get("/console/demand.csv?item=item-3").body().lines()).hasSize(3);
        assertThat(client.get("/console/demand.csv?item=none").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/forecast?page=9").body()).doesNotContain("rel=\"next\"");
    }

    @Test
    void whatIsNotThereIsToldInWords() {
        assertThat(client.get("/console/shopper?id=nobody").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/item?id=none").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/model?version=99").statusCode()).isEqualTo(404);
        assertThat(client.get("/console/model?version=x").statusCode()).isEqualTo(400);
        assertThat(client.get("/console/shopper").body()).contains("the address lacks ?id=");
        assertThat(client.get("/console/data").body()).contains("nextact prepare");
    }

    @Test
    void bothLanguagesHaveTheSameTexts() {
        assertThat(Messages.of(Console.class, "console", Locale.SIMPLIFIED_CHINESE).keys())
                .containsExactlyInAnyOrderElementsOf(
                        Messages.of(Console.class, "console", Locale.ENGLISH).keys());
        for (Locale language : Messages.LANGUAGES) {
            Messages texts = Messages.of(Console.class, "console", language);
            for (String key : texts.keys()) {
                assertThat(texts.text(key, "a", "b", "c")).as(key).isNotBlank();
            }
        }
    }
}
