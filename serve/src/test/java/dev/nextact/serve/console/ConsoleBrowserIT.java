package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
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
import java.io.PrintStream;
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

        page.locator("#what-item").fill("item-9");
        page.locator("#what-behaviour").selectOption("purchase");
        button("Add in thought").click();
        assertThat(page.locator("#whatif .tag")).containsText("Title 9");
        assertThat(page.locator("#whatif table").first()).containsText("purchase within");
        page.locator("#what-item").fill("item-11");
        button("Add in thought").click();
        assertThat(page.locator("#whatif .tag")).hasCount(2);

        page.getByRole(AriaRole.NAVIGATION)
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("Models"))
                .click();
        button("Promote version 1").click();
        assertThat(page.locator("tr", new Page.LocatorOptions().setHas(page.locator(".champion"))))
                .containsText("1");
        button("Back to version 2").click();
        assertThat(button("Promote version 1")).isVisible();
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

    private void assertNobodyIsShutOut(String path) {
        goTo(path);
        if (path.startsWith("/shopper?")) {
            assertThat(page.locator("#why .told")).isVisible();
        }
        List<Rule> serious =
                new AxeBuilder(page)
                        .analyze().getViolations().stream()
                                .filter(
                                        rule ->
                                                List.of("serious", "critical")
                                                        .contains(rule.getImpact()))
                                .toList();
        assertThat(serious).as(path).extracting(Rule::getId).isEmpty();
    }

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
