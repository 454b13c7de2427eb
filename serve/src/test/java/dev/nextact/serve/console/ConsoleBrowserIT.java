package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.APIResponse;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.TestShop;
import dev.nextact.serve.http.ApiKeys;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.TestClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The console as people use it. */
class ConsoleBrowserIT {

    private static final String HARM = "<img src=x onerror=\"document.title='harm'\">";

    @TempDir private static Path directory;
    private static Chromium chromium;
    private static RunningServer server;
    private final List<String> troubles = new ArrayList<>();
    private BrowserContext context;
    private Page page;

    @BeforeAll
    static void serve() {
        chromium = Chromium.open();
        TestShop shop = new TestShop(directory);
        shop.addOutlook(1);
        shop.addOutlook(2);
        shop.addReports();
        server = shop.serve("", shop.prepared(), OutputStream.nullOutputStream());
        send("ann", 30, 5);
        send(HARM, 3, 1);
    }

    @AfterAll
    static void end() {
        if (server != null) {
            server.close();
        }
        if (chromium != null) {
            chromium.close();
        }
    }

    /** Events of a shopper up to now, minutes apart; the first is with the item of a bad title. */
    private static void send(String user, int count, int minutes) {
        Instant now = Instant.now();
        List<String> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(
                    "{\"user\":\"%s\",\"item\":\"item-%d\",\"behaviour\":\"%s\",\"time\":\"%s\"}"
                            .formatted(
                                    user.replace("\"", "\\\""),
                                    1 + i * 7 % 50,
                                    i % 4 == 3 ? "purchase" : "view",
                                    now.minus(Duration.ofMinutes((long) minutes * (count - i)))));
        }
        TestClient client = new TestClient(server.port());
        assertThat(
                        client.post("/v1/events", "{\"events\":[" + String.join(",", events) + "]}")
                                .statusCode())
                .isEqualTo(200);
    }

    @BeforeEach
    void open() {
        begin(new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(1280, 900));
    }

    private void begin(Browser.NewContextOptions options) {
        context = chromium.browser().newContext(options);
        page = context.newPage();
        page.setDefaultTimeout(15_000);
        page.onConsoleMessage(
                message -> {
                    if (message.type().equals("error") || message.type().equals("warning")) {
                        troubles.add(message.text());
                    }
                });
        page.onPageError(troubles::add);
        page.onDialog(
                dialog -> {
                    troubles.add("dialog: " + dialog.message());
                    dialog.dismiss();
                });
        page.onRequest(
                request -> {
                    if (!request.url().startsWith("data:")
                            && !"127.0.0.1".equals(URI.create(request.url()).getHost())) {
                        troubles.add("asked elsewhere: " + request.url());
                    }
                });
    }

    @AfterEach
    void close() {
        context.close();
        assertThat(troubles).isEmpty();
    }

    private void goTo(String path) {
        page.navigate("http://127.0.0.1:" + server.adminPort() + "/console" + path);
    }

    private Locator button(String name) {
        return page.getByRole(
                AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Test
    void aNewcomerFindsAShopperReadsWhyAsksWhatIfAndChangesTheModel() {
        goTo("");
        assertThat(page.locator("h1")).hasText("Overview");
        assertThat(page.locator("canvas").first()).isVisible();

        page.getByRole(AriaRole.SEARCHBOX).fill("ann");
        page.getByRole(AriaRole.SEARCHBOX).press("Enter");
        assertThat(page.locator("h1")).hasText("Shopper ann");
        assertThat(page.locator("#why .told")).containsText("ranks 1");
        assertThat(page.locator("#why .chart[data-drawn=true] canvas")).isVisible();

        page.locator("#task").selectOption("intent");
        assertThat(page.locator("#why .told")).containsText("purchase comes within");
        page.getByLabel("Shapley values").check();
        button("Explain").click();
        assertThat(page.locator("#why")).containsText("add up to");

        assertThat(page.getByText("shoppers who were most like this one")).isVisible();
        page.locator("#what-item").fill("item-9");
        page.locator("#what-behaviour").selectOption("purchase");
        button("Add in thought").click();
        assertThat(page.locator("#whatif .tag")).containsText("Title 9");
        assertThat(page.locator("#whatif table").first())
                .containsText("Probability of a purchase within");
        page.locator("#what-item").fill("item-11");
        button("Add in thought").click();
        assertThat(page.locator("#whatif .tag")).hasCount(2);
        assertThat(lines(page.waitForDownload(() -> page.locator("#whatif .download").click())))
                .first()
                .isEqualTo("what,now,then");

        follow("Campaigns");
        page.getByLabel("of", exactly()).selectOption("category");
        page.getByLabel("Category or item").fill("category-1");
        page.getByLabel("within").fill("7d");
        button("Build it").click();
        assertThat(page.locator("h1")).containsText("Purchase of category category-1 within");
        assertThat(page.locator(".figures")).containsText("Expected buyers");
        assertThat(page.locator(".chart[data-drawn=true] canvas").first()).isVisible();
        assertIsAList(page.waitForDownload(() -> page.getByText("Download the list").click()));

        follow("Models");
        button("Promote version 1").click();
        assertThat(page.locator("tr", new Page.LocatorOptions().setHas(page.locator(".champion"))))
                .containsText("1");
        button("Back to version 2").click();
        assertThat(button("Promote version 1")).isVisible();
    }

    private static Page.GetByLabelOptions exactly() {
        return new Page.GetByLabelOptions().setExact(true);
    }

    private void follow(String link) {
        page.getByRole(AriaRole.NAVIGATION)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(link))
                .click();
    }

    /** Of every shopper, the likeliest first. */
    private static void assertIsAList(Download download) {
        List<String> lines = lines(download);
        assertThat(lines.get(0)).startsWith("user,rank,group,campaign");
        assertThat(lines).hasSize(1 + TestShop.SHOPPERS);
        assertThat(lines.get(1)).startsWith("shopper-").contains(",1,");
    }

    private static List<String> lines(Download download) {
        try (InputStream in = download.createReadStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void whatWillSellIsSeenAndHowMuchToHaveIsAdvised() {
        goTo("/forecast");
        assertThat(page.locator("h1")).hasText("Forecast");
        assertThat(page.locator(".chart[data-drawn=true] canvas")).isVisible();
        assertThat(page.locator("tbody tr")).hasCount(100);
        page.locator("#level").selectOption("category");
        button("Show").click();
        assertThat(page.locator("tbody tr")).hasCount(7);
        page.getByText("category-3", new Page.GetByTextOptions().setExact(true)).click();
        assertThat(page.locator("h2").first()).containsText("category-3");
        page.locator("tbody tr a").first().click();

        assertThat(page.locator("#demand .chart[data-drawn=true] canvas")).isVisible();
        String before = page.locator("#demand .told").textContent();
        page.getByLabel("Nothing is missing").fill("99");
        button("Advise").click();
        assertThat(page.locator("#demand .told")).not().hasText(before);
        assertThat(
                        lines(
                                page.waitForDownload(
                                        () -> page.locator("#demand .download").last().click())))
                .hasSize(3);
        page.locator("#demand summary").last().click();
        assertThat(page.locator("#demand-why .chart[data-drawn=true] canvas")).isVisible();
        assertThat(page.locator("#demand-why")).containsText("by the network alone");
        assertThat(lines(page.waitForDownload(() -> page.locator("#demand-why .download").click())))
                .first()
                .isEqualTo("what,sold,units_it_adds");
        assertThat(page.getByText("No item came before it often enough")).isVisible();

        goTo("/forecast?q=item-501");
        page.locator("tbody tr a").first().click();
        assertThat(page.locator("h1")).hasText("item-501");
        assertThat(page.locator("#demand .told")).isVisible();
    }

    @Test
    void theSameWalkInChinese() {
        goTo("");
        button("简体中文").click();
        assertThat(page.locator("h1")).hasText("总览");
        assertThat(page.locator("html")).hasAttribute("lang", "zh-CN");
        page.getByRole(AriaRole.SEARCHBOX).fill("ann");
        page.getByRole(AriaRole.SEARCHBOX).press("Enter");
        assertThat(page.locator("h1")).hasText("顾客 ann");
        assertThat(page.locator("#why .told")).containsText("排在第 1 位");
        page.locator("#task").selectOption("churn");
        assertThat(page.locator("#why .told")).containsText("不发生“购买”的概率");
        page.locator("#what-item").fill("item-9");
        button("假想添加").click();
        assertThat(page.locator("#whatif .tag")).containsText("Title 9");

        follow("营销活动");
        page.getByLabel("时间范围").fill("7d");
        button("建立").click();
        assertThat(page.locator("h1")).containsText("对任何商品的“购买”");
        assertThat(page.locator(".figures")).containsText("预期买家");
        assertIsAList(page.waitForDownload(() -> page.getByText("下载名单").click()));

        follow("模型");
        button("启用版本 1").click();
        button("退回版本 2").click();
        assertThat(button("启用版本 1")).isVisible();
    }

    @Test
    void textsOfShoppersAndItemsAreShownAsText() {
        goTo("/shoppers");
        page.getByText(HARM).click();
        assertThat(page.locator("h1")).hasText("Shopper " + HARM);
        assertThat(page.locator("#why .told")).isVisible();
        goTo("/item?id=item-1");
        assertThat(page.locator("h1")).hasText(TestShop.TITLE);
        send(HARM, 1, 0); // among the newest again
        goTo("/live");
        assertThat(page.locator("table")).containsText(HARM);
        goTo("/search?q=" + encoded("<script>"));
        assertThat(page.locator("h1")).containsText("<script>");
        assertThat(page.locator("table")).containsText(TestShop.TITLE);

        assertThat(page.title()).doesNotContain("harm");
        assertThat(page.locator("img").count()).isZero();
    }

    @Test
    void whatANewEventChangesIsSeenWithoutLoadingThePageAgain() {
        goTo("/live");
        assertThat(page.locator("tbody tr").first()).not().containsText("late-comer");
        send("late-comer", 1, 0);

        assertThat(page.locator("tbody tr").first()).containsText("late-comer");
    }

    @Test
    void eachPageIsForEverybodyOnAnyScreenAndItsTablesCanBeTakenAway() {
        for (String path : ConsolePages.all("ann", "item-2", 2, audience(), "item-501")) {
            page.setViewportSize(1280, 900);
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            goTo(path);
            awaitParts();
            assertNobodyIsShutOut(path, "preload: false");
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            assertNobodyIsShutOut(path, "preload: false, runOnly: ['color-contrast']");
            assertTablesCanBeTakenAway(path);
            page.setViewportSize(360, 740);
            assertFits(path, 360);
        }
    }

    /** All that is loaded after the page is there, and drawn. */
    private void awaitParts() {
        assertThat(
                        page.locator(
                                ".htmx-request, [hx-trigger*=delay],"
                                        + " .chart[data-chart]:not([data-drawn])"))
                .hasCount(0);
    }

    /** One that has been built. */
    private String audience() {
        goTo("/campaigns");
        page.locator("button.do").click();
        assertThat(page.locator(".figures")).isVisible();
        return page.url().replaceFirst(".*number=", "");
    }

    /**
     * @param how axe-core looks; in the dark nothing changes but colours
     */
    private void assertNobodyIsShutOut(String path, String how) {
        if (page.evaluate("window.axe === undefined").equals(true)) {
            page.evaluate(AxeBuilder.getAxeScript());
        }
        assertThat(page.evaluate(SERIOUS.formatted(how))).as(path).isEqualTo(List.of());
    }

    private void assertTablesCanBeTakenAway(String path) {
        assertThat(page.evaluate(WITHOUT_FILE)).as(path).isEqualTo(List.of());
        for (Locator link : page.locator("a.download").all()) {
            APIResponse file =
                    page.request()
                            .get(URI.create(page.url()).resolve(link.getAttribute("href")) + "");
            assertThat(file.status()).as(path).isEqualTo(200);
            assertThat(file.headers().get("content-type")).as(path).startsWith("text/csv");
            assertThat(file.text().lines()).as(path).hasSizeGreaterThan(1);
        }
    }

    /** Tables beside which there is no link to a file of them. */
    private static final String WITHOUT_FILE =
            """
            [...document.querySelectorAll('table')]
              .filter(table => !table.closest('section, main').querySelector('a.download'))
              .map(table => table.outerHTML.slice(0, 90))
            """;

    /** Charts follow a moment after the window. */
    private void assertFits(String path, int width) {
        for (int i = 0; i < 100 && !page.evaluate(TOO_WIDE).equals(List.of()); i++) {
            page.waitForTimeout(20);
        }
        assertThat(page.evaluate(TOO_WIDE)).as("/console" + path).isEqualTo(List.of());
        assertThat(page.evaluate("document.documentElement.scrollWidth"))
                .as("/console" + path)
                .isEqualTo(width);
    }

    private static final String TOO_WIDE =
            "[...document.querySelectorAll('body *')].filter(e => !e.closest('.scroll') &&"
                    + " e.getBoundingClientRect().right > window.innerWidth)"
                    + ".map(e => e.outerHTML.slice(0, 90))";

    /** What axe-core finds that shuts somebody out, with the first place of each. */
    private static final String SERIOUS =
            """
            axe.run(document, {resultTypes: ['violations'], %s}).then(found => found.violations
              .filter(rule => ['serious', 'critical'].includes(rule.impact))
              .map(rule => rule.id + ': ' + rule.nodes[0].html))
            """;

    @Test
    void theKeyboardLeadsEverywhere() {
        goTo("");
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("To the content");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        page.keyboard().press("Tab");
        assertThat(page.locator(":focus")).hasText("Shoppers");
        page.keyboard().press("Enter");
        assertThat(page.locator("h1")).hasText("Shoppers");

        goTo("/shopper?id=ann");
        awaitParts();
        int stops = ((Number) page.evaluate("(" + STOPS + ").length")).intValue();
        page.evaluate("(() => { window.missed = " + STOPS + "; })()");
        for (int stop = 0; stop < stops; stop++) {
            page.keyboard().press("Tab");
            assertThat(page.evaluate(SEEN)).as("the focus is seen at stop " + stop).isEqualTo(true);
        }
        assertThat(page.evaluate("window.missed.map(e => e.outerHTML.slice(0, 90))"))
                .isEqualTo(List.of());

        page.locator("#task").focus();
        page.keyboard().press("ArrowDown");
        assertThat(page.locator("#why .told")).containsText("The next event is");
        page.locator("#why summary").focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("#why details table")).isVisible();
        page.locator("#what-item").focus();
        page.keyboard().type("item-9");
        page.keyboard().press("Enter");
        assertThat(page.locator("#whatif .tag")).containsText("Title 9");
    }

    /** What the keyboard must reach. */
    private static final String STOPS =
            "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select,"
                    + " summary, [tabindex=\"0\"]')].filter(e => e.checkVisibility())";

    /** Whether the focus is drawn; it is crossed off what must be reached. */
    private static final String SEEN =
            """
            (() => {
              const at = document.activeElement;
              window.missed = window.missed.filter(e => e !== at);
              return getComputedStyle(at).outlineStyle !== 'none';
            })()
            """;

    @Test
    void aWrongKeyIsRefusedAndAReadersKeyOpensWhatItMay(@TempDir Path other) throws IOException {
        TestShop shop = new TestShop(other);
        shop.addModel(1);
        shop.addModel(2);
        String key = ApiKeys.create(new SecureRandom());
        Files.writeString(
                other.resolve("keys"), ApiKeys.line("desk", Set.of(Scope.READ), key) + "\n");
        try (RunningServer keyed =
                shop.serve(", keys: keys", shop.prepared(), OutputStream.nullOutputStream())) {
            page.navigate("http://127.0.0.1:" + keyed.adminPort() + "/console/models");
            assertThat(page.locator("h1")).hasText("Log in");
            page.getByLabel("API key").fill("na_wrong");
            button("Log in").click();
            assertThat(page.getByRole(AriaRole.ALERT)).hasText("This key is not known.");
            // what the browser says itself of a refused page
            assertThat(troubles).singleElement().asString().contains("401");
            troubles.clear();

            page.getByLabel("API key").fill(key);
            button("Log in").click();
            assertThat(page.locator("h1")).containsText("Models of");
            assertThat(page.locator(".champion")).hasText("champion");
            assertThat(button("Promote version 1")).hasCount(0);
            follow("Settings");
            assertThat(page.locator("main")).containsText("Logged in with the key of desk");
            button("Log out desk").click();
            assertThat(page.locator("h1")).hasText("Log in");
        }
    }

    @Test
    void aHundredThousandShoppersArePaged() {
        TestClient client = new TestClient(server.port());
        for (int batch = 0; batch < 100; batch++) {
            StringBuilder events = new StringBuilder("{\"events\":[");
            for (int i = 0; i < 1000; i++) {
                events.append(i == 0 ? "" : ",")
                        .append(
                                "{\"user\":\"many-%06d\",\"item\":\"item-1\"}"
                                        .formatted(batch * 1000 + i));
            }
            assertThat(client.post("/v1/events", events.append("]}").toString()).statusCode())
                    .isEqualTo(200);
        }
        goTo("/shoppers?prefix=many-");
        assertThat(page.locator("tbody tr")).hasCount(100);
        page.getByText("Next page").click();
        assertThat(page.locator("tbody tr").first()).containsText("many-000100");
        assertThat(page.locator("tbody tr")).hasCount(100);
        goTo("/shoppers?prefix=many-&after=many-099949");
        assertThat(page.locator("tbody tr")).hasCount(50);
        assertThat(page.getByText("Next page")).hasCount(0);
        assertThat(lines(page.waitForDownload(() -> page.locator("a.download").click())))
                .hasSize(100_001);
    }
}
