package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.ServeModel;
import dev.nextact.serve.TestShop;
import dev.nextact.serve.http.ServeLog;
import dev.nextact.serve.http.TestClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
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
        server =
                new ServeModel(Clock.systemUTC())
                        .run(
                                shop.config(""),
                                shop.prepared(),
                                new ServeLog(
                                        new PrintStream(new ByteArrayOutputStream()),
                                        Clock.systemUTC()));
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
        assertThat(page.locator("#whatif table").first()).containsText("purchase within");
        page.locator("#what-item").fill("item-11");
        button("Add in thought").click();
        assertThat(page.locator("#whatif .tag")).hasCount(2);

        follow("Campaigns");
        page.getByLabel("of", exactly()).selectOption("category");
        page.getByLabel("Category or item").fill("category-1");
        page.getByLabel("within").fill("7d");
        button("Build it").click();
        assertThat(page.locator("h1")).containsText("purchase of category category-1 within");
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
        assertThat(lines(page.waitForDownload(() -> page.locator("#demand .download").click())))
                .hasSize(3);
        page.locator("#demand summary").last().click();
        assertThat(page.locator("#demand-why .chart[data-drawn=true] canvas")).isVisible();
        assertThat(page.locator("#demand-why")).containsText("by the network alone");
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
    void noPageShutsAnybodyOut() {
        for (String path :
                List.of(
                        "",
                        "/shoppers",
                        "/shopper?id=ann",
                        "/items",
                        "/item?id=item-2",
                        "/campaigns",
                        "/campaign?number=" + audience(),
                        "/forecast",
                        "/models",
                        "/model?version=2",
                        "/live",
                        "/data",
                        "/settings",
                        "/login")) {
            assertNobodyIsShutOut(path);
        }
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertNobodyIsShutOut("/shopper?id=ann");
    }

    /** One that has been built. */
    private String audience() {
        goTo("/campaigns");
        page.locator("button.do").click();
        assertThat(page.locator(".figures")).isVisible();
        return page.url().replaceFirst(".*number=", "");
    }

    private void assertNobodyIsShutOut(String path) {
        goTo(path);
        if (path.startsWith("/shopper?")) {
            assertThat(page.locator("#why .told")).isVisible();
        }
        page.evaluate(AxeBuilder.getAxeScript());
        assertThat(page.evaluate(SERIOUS)).as(path).isEqualTo(List.of());
    }

    /** What axe-core finds that shuts somebody out, with the first place of each. */
    private static final String SERIOUS =
            """
            axe.run(document, {resultTypes: ['violations']}).then(found => found.violations
              .filter(rule => ['serious', 'critical'].includes(rule.impact))
              .map(rule => rule.id + ': ' + rule.nodes[0].html))
            """;

    @Test
    void onANarrowScreenNoPageIsWiderThanIt() {
        context.close();
        begin(new Browser.NewContextOptions().setLocale("en-GB").setViewportSize(360, 740));
        for (String path :
                List.of(
                        "",
                        "/shoppers",
                        "/shopper?id=ann",
                        "/items",
                        "/item?id=item-2",
                        "/campaigns",
                        "/campaign?number=" + audience(),
                        "/forecast",
                        "/models",
                        "/model?version=2",
                        "/live")) {
            goTo(path);
            assertThat(
                            page.evaluate(
                                    "[...document.querySelectorAll('body *')].filter(e =>"
                                            + " !e.closest('.scroll') &&"
                                            + " e.getBoundingClientRect().right >"
                                            + " window.innerWidth).map(e => e.outerHTML.slice(0, 90))"))
                    .as("/console" + path)
                    .isEqualTo(List.of());
            assertThat(page.evaluate("document.documentElement.scrollWidth"))
                    .as("/console" + path)
                    .isEqualTo(360);
        }
    }

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
    }
}
