package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
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
import org.junit.jupiter.api.Test;

/**
 * Takes pictures of each page of a console that runs. No test of {@code mvn verify}: {@code
 * docs/images/make} runs it.
 */
class Screenshots {

    private static final String AT =
            System.getProperty("nextact.console", "http://127.0.0.1:8081/console");

    private Page open(Chromium chromium, String language, ColorScheme scheme) {
        BrowserContext context =
                chromium.browser()
                        .newContext(
                                new Browser.NewContextOptions()
                                        .setLocale(language)
                                        .setColorScheme(scheme)
                                        .setViewportSize(1180, 860));
        context.addCookies(List.of(new Cookie("nextact_language", language).setUrl(AT)));
        return context.newPage();
    }

    private void take(Page page, String path, String name) {
        Response response = page.navigate(AT + path);
        assertThat(page.locator(".chart:not([data-drawn])")).hasCount(0);
        if (path.startsWith("/shopper?") || path.startsWith("/item?")) {
            page.waitForTimeout(500); // what is loaded later has been asked for
            assertThat(page.locator("[aria-busy=true], .htmx-request, [hx-trigger*=delay]"))
                    .hasCount(0);
            assertThat(page.locator(".chart:not([data-drawn])")).hasCount(0);
        }
        assertThat(response.status()).isEqualTo(200);
        save(page, name + ".png");
    }

    @Test
    void picturesOfEachPage() {
        try (Chromium chromium = Chromium.open()) {
            Page page = open(chromium, "en", ColorScheme.LIGHT);
            page.navigate(AT + "/live");
            Locator first = page.locator("tbody tr td:nth-child(2) a").first();
            String shopper = first.getAttribute("href").replaceFirst(".*/console", "");
            String item =
                    page.locator("tbody tr td:nth-child(4) a")
                            .first()
                            .getAttribute("href")
                            .replaceFirst(".*/console", "");
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
            audience(page);
            take(page, "/forecast", "forecast");
            take(page, "/models", "models");
            take(page, "/model?version=1", "model");
            take(page, "/live", "live");
            take(page, "/data", "data");
            take(page, "/settings", "settings");
            Page chinese = open(chromium, "zh-CN", ColorScheme.DARK);
            take(chinese, shopper, "shopper-zh-CN");
        }
    }

    /** One is built. */
    private void audience(Page page) {
        take(page, "/campaigns", "campaigns");
        page.locator("#horizon").fill("7d");
        page.locator("#size").fill("200");
        page.locator("button.do").click();
        assertThat(page.locator(".figures")).isVisible();
        assertThat(page.locator(".chart:not([data-drawn])")).hasCount(0);
        save(page, "campaign.png");
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
