package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Cookie;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Takes pictures of each page of a console that runs. No test of {@code mvn verify}: {@code
 * docs/images/make} runs it.
 */
class Screenshots {

    private static final String AT =
            System.getProperty("nextact.console", "http://127.0.0.1:8081/console");

    /** Where {@link #picturesToLookAt} go; empty: none are taken. */
    private static final String LOOK = System.getProperty("nextact.look", "");

    private Page open(Chromium chromium, String language, ColorScheme scheme) {
        return open(chromium, language, scheme, 1180);
    }

    private Page open(Chromium chromium, String language, ColorScheme scheme, int width) {
        BrowserContext context =
                chromium.browser()
                        .newContext(
                                new Browser.NewContextOptions()
                                        .setLocale(language)
                                        .setColorScheme(scheme)
                                        .setViewportSize(width, 860));
        context.addCookies(List.of(new Cookie("nextact_language", language).setUrl(AT)));
        return context.newPage();
    }

    private void take(Page page, String path, String name) {
        Response response = page.navigate(AT + path);
        awaitParts(page);
        assertThat(response.status()).isEqualTo(200);
        save(page, name + ".png");
    }

    /** What is loaded later is there, and drawn. */
    private static void awaitParts(Page page) {
        assertThat(page.locator(".htmx-request, [hx-trigger*=delay], .chart:not([data-drawn])"))
                .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(30_000));
    }

    /** The newest event's shopper, or item. */
    private static String newest(Page page, int column) {
        page.navigate(AT + "/live");
        return page.locator("tbody tr td:nth-child(" + column + ") a")
                .first()
                .getAttribute("href")
                .replaceFirst(".*/console", "");
    }

    /** Each page whole, in both languages, light and dark, wide and narrow, for whoever looks. */
    @Test
    void picturesToLookAt() {
        Assumptions.assumeFalse(LOOK.isEmpty());
        try (Chromium chromium = Chromium.open()) {
            look(open(chromium, "en", ColorScheme.LIGHT), "en-light-wide");
            look(open(chromium, "zh-CN", ColorScheme.DARK), "zh-dark-wide");
            look(open(chromium, "en", ColorScheme.DARK, 390), "en-dark-narrow");
            look(open(chromium, "zh-CN", ColorScheme.LIGHT, 390), "zh-light-narrow");
        }
    }

    private static void look(Page page, String name) {
        String shopper = newest(page, 2).replaceFirst(".*id=", "");
        String item = newest(page, 4).replaceFirst(".*id=", "");
        page.navigate(AT + "/campaigns");
        String audience = built(page).replaceFirst(".*number=", "");
        for (String path : ConsolePages.all(shopper, item, 1, audience, item)) {
            page.navigate(AT + path);
            awaitParts(page);
            page.screenshot(
                    new Page.ScreenshotOptions()
                            .setFullPage(true)
                            .setPath(
                                    Path.of(
                                            LOOK,
                                            name
                                                    + path.replaceAll("[^a-z]+", "-")
                                                            .replaceAll("-$", "")
                                                    + ".png")));
        }
    }

    @Test
    void picturesOfEachPage() {
        Assumptions.assumeTrue(LOOK.isEmpty());
        try (Chromium chromium = Chromium.open()) {
            Page page = open(chromium, "en", ColorScheme.LIGHT);
            String shopper = newest(page, 2);
            String item = newest(page, 4);
            page.navigate(AT); // some throughput is measured while the page is open
            page.waitForTimeout(20_000);
            save(page, "overview.png");
            page.context().clearCookies();
            page = open(chromium, "en", ColorScheme.LIGHT);
            take(page, shopper, "shopper");
            whatIf(page);
            take(page, item, "item");
            take(page, "/items", "items");
            take(page, "/shoppers", "shoppers");
            take(page, "/campaigns", "campaigns");
            String campaign = audience(page);
            take(page, campaign, "campaign");
            take(page, "/forecast", "forecast");
            take(page, "/models", "models");
            take(page, "/model?version=1", "model");
            take(page, "/live", "live");
            take(page, "/data", "data");
            take(page, "/settings", "settings");
            take(open(chromium, "zh-CN", ColorScheme.DARK), shopper, "shopper-zh-CN");
            Page chinese = open(chromium, "zh-CN", ColorScheme.LIGHT);
            chinese.navigate(AT);
            chinese.waitForTimeout(20_000);
            save(chinese, "overview-zh-CN.png");
            take(chinese, campaign, "campaign-zh-CN");
            take(chinese, "/forecast", "forecast-zh-CN");
            take(chinese, "/model?version=1", "model-zh-CN");
        }
    }

    /** The address of one that is built. */
    private static String audience(Page page) {
        page.navigate(AT + "/campaigns");
        page.locator("#horizon").fill("7d");
        page.locator("#size").fill("200");
        return built(page);
    }

    /** Has the audience built that stands in the form. */
    private static String built(Page page) {
        page.locator("button.do").click();
        assertThat(page.locator(".figures"))
                .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(60_000));
        return page.url().replaceFirst(".*/console", "");
    }

    /** The answer moves. */
    private static void whatIf(Page page) {
        String item = page.locator("#what-items option").nth(3).getAttribute("value");
        page.locator("#what-item").fill(item);
        page.locator("#what-behaviour").selectOption("cart");
        page.locator("#whatif button").click();
        assertThat(page.locator("#whatif .tag").first()).isVisible();
        page.locator("#whatif").scrollIntoViewIfNeeded();
        save(page, "what-if.png");
    }

    /** A picture of few colours is a third as large, and looks the same. */
    private static void save(Page page, String name) {
        try {
            BufferedImage full = ImageIO.read(new ByteArrayInputStream(page.screenshot()));
            ImageIO.write(few(full), "png", Path.of("..", "docs", "images", name).toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the 256 colours that it has most of; others become the nearest of them. */
    private static BufferedImage few(BufferedImage full) {
        Map<Integer, Integer> counts = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                counts.merge(full.getRGB(x, y) & 0xFFFFFF, 1, Integer::sum);
            }
        }
        int[] colours =
                counts.entrySet().stream()
                        .sorted(Comparator.comparingInt(e -> -e.getValue()))
                        .limit(256)
                        .mapToInt(Map.Entry::getKey)
                        .toArray();
        IndexColorModel model =
                new IndexColorModel(8, colours.length, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
        BufferedImage few =
                new BufferedImage(
                        full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED, model);
        Map<Integer, Integer> nearest = new HashMap<>();
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                int colour = full.getRGB(x, y) & 0xFFFFFF;
                int index = nearest.computeIfAbsent(colour, c -> nearest(colours, c));
                few.getRaster().setSample(x, y, 0, index);
            }
        }
        return few;
    }

    private static int nearest(int[] colours, int colour) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < colours.length; i++) {
            int red = (colours[i] >> 16) - (colour >> 16);
            int green = (colours[i] >> 8 & 0xFF) - (colour >> 8 & 0xFF);
            int blue = (colours[i] & 0xFF) - (colour & 0xFF);
            int distance = red * red + green * green + blue * blue;
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
