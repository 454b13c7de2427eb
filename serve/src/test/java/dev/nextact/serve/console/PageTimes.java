package dev.nextact.serve.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import dev.nextact.serve.RunningServer;
import dev.nextact.serve.TestShop;
import dev.nextact.serve.http.TestClient;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long each page takes with a million events behind it: a store of 20,000 shoppers with 50
 * events each, a prepared log as large, a network of width 64 and 2 layers over 12,000 items and
 * one of their demand, the weights those before training, and a browser that has seen nothing yet.
 * No test of {@code mvn verify}: {@code bench/pages} runs it. It fails where a page misses what is
 * promised.
 */
class PageTimes {

    private static final int ITEMS = 12_000;
    private static final int SHOPPERS = Integer.getInteger("nextact.pages.shoppers", 20_000);
    private static final int EVENTS = 50;

    /** Loads of each page, each by a new browser context. */
    private static final int LOADS = Integer.getInteger("nextact.pages.loads", 7);

    private static final double MOST_FIRST_BYTE_MILLIS = 100;
    private static final double MOST_BYTES = 300_000;
    private static final double MOST_USABLE_MILLIS = 1_000;

    /**
     * @param usable the scripts have run, and the charts that came with the page are drawn
     * @param complete what is loaded after it is there too
     */
    private record Load(double firstByte, double usable, double complete, double bytes) {}

    @TempDir private Path directory;

    @Test
    void eachPageIsThereAtOnce() {
        try (Chromium chromium = Chromium.open()) {
            TestShop shop = new TestShop(directory);
            shop.addLargeOutlook(ITEMS, 1);
            shop.addLargeOutlook(ITEMS, 2);
            shop.addReports();
            try (RunningServer server =
                    shop.serve(
                            "",
                            shop.prepared(ITEMS, SHOPPERS, EVENTS),
                            OutputStream.nullOutputStream())) {
                fill(new TestClient(server.port()));
                measure(chromium, server);
            }
        }
    }

    /** An event a minute of each shopper, up to now. */
    private static void fill(TestClient client) {
        Instant now = Instant.now();
        for (int first = 0; first < SHOPPERS; first += 20) {
            List<String> events = new ArrayList<>();
            for (int user = first; user < Math.min(SHOPPERS, first + 20); user++) {
                for (int event = 0; event < EVENTS; event++) {
                    events.add(
                            "{\"user\":\"u%06d\",\"item\":\"item-%d\",\"behaviour\":\"%s\",\"time\":\"%s\"}"
                                    .formatted(
                                            user,
                                            1 + (user * 131 + event * 7) % ITEMS,
                                            event % 9 == 8 ? "purchase" : "view",
                                            now.minus(Duration.ofMinutes(EVENTS - event))));
                }
            }
            assertThat(
                            client.post(
                                            "/v1/events",
                                            "{\"events\":[" + String.join(",", events) + "]}")
                                    .statusCode())
                    .isEqualTo(200);
        }
    }

    private void measure(Chromium chromium, RunningServer server) {
        String at = "http://127.0.0.1:" + server.adminPort() + "/console";
        String audience = audience(chromium, at);
        List<String> missed = new ArrayList<>();
        System.out.printf(
                "%d events of %d shoppers, %d items; median of %d loads (the first)%n",
                SHOPPERS * EVENTS, SHOPPERS, ITEMS, LOADS);
        for (String path :
                ConsolePages.all("u000100", "item-7", 2, audience, "item-" + (ITEMS + 1))) {
            List<Load> loads = new ArrayList<>();
            for (int i = 0; i < LOADS; i++) {
                loads.add(load(chromium, at + path));
            }
            double firstByte = median(loads.stream().mapToDouble(Load::firstByte).toArray());
            double usable = median(loads.stream().mapToDouble(Load::usable).toArray());
            double complete = median(loads.stream().mapToDouble(Load::complete).toArray());
            double bytes = loads.stream().mapToDouble(Load::bytes).max().orElse(0);
            Load first = loads.get(0);
            System.out.printf(
                    "%-26s first byte %5.0f ms (%5.0f), usable %5.0f ms (%5.0f), complete %5.0f ms"
                            + " (%5.0f), %3.0f kB%n",
                    path,
                    firstByte,
                    first.firstByte(),
                    usable,
                    first.usable(),
                    complete,
                    first.complete(),
                    bytes / 1000);
            if (firstByte > MOST_FIRST_BYTE_MILLIS
                    || bytes > MOST_BYTES
                    || usable > MOST_USABLE_MILLIS) {
                missed.add(path);
            }
        }
        assertThat(missed).as("pages that miss what is promised").isEmpty();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /**
     * One that has been built; what will sell has been foretold by then, and the log been looked
     * into, each of which is done once.
     */
    private static String audience(Chromium chromium, String at) {
        try (BrowserContext context = context(chromium)) {
            Page page = context.newPage();
            page.navigate(at + "/shopper?id=u000100");
            assertThat(page.locator(".htmx-request, [hx-trigger*=delay]"))
                    .hasCount(0, new LocatorAssertions.HasCountOptions().setTimeout(300_000));
            page.navigate(at + "/campaigns");
            page.locator("button.do").click();
            // every shopper of the log is asked about
            assertThat(page.locator(".figures"))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(300_000));
            String number = page.url().replaceFirst(".*number=", "");
            page.navigate(at + "/forecast");
            assertThat(page.locator("tbody"))
                    .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(300_000));
            return number;
        }
    }

    private static BrowserContext context(Chromium chromium) {
        BrowserContext context =
                chromium.browser()
                        .newContext(
                                new Browser.NewContextOptions()
                                        .setLocale("en")
                                        .setViewportSize(1180, 860));
        context.setDefaultTimeout(60_000);
        return context;
    }

    private static Load load(Chromium chromium, String address) {
        try (BrowserContext context = context(chromium)) {
            Page page = context.newPage();
            page.addInitScript(WATCH);
            page.navigate(address);
            // the content policy lets no driver wait within the page
            for (int i = 0; i < 3_000 && !page.evaluate(IS_COMPLETE).equals(true); i++) {
                LockSupport.parkNanos(20_000_000);
            }
            LockSupport.parkNanos(20_000_000);
            @SuppressWarnings("unchecked") // by the script
            Map<String, Object> told = (Map<String, Object>) page.evaluate(TELL);
            return new Load(
                    number(told, "first"),
                    number(told, "usable"),
                    number(told, "complete"),
                    number(told, "bytes"));
        }
    }

    private static double number(Map<String, Object> told, String name) {
        return told.get(name) instanceof Number value ? value.doubleValue() : Double.NaN;
    }

    /**
     * Looks on from within the page, frame by frame, so that the driver's own time does not count.
     */
    private static final String WATCH =
            """
            (() => {
              const ready = () => document.readyState !== 'loading'
                && performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd > 0;
              const look = () => {
                const drawn = [...document.querySelectorAll('.chart[data-chart]')].every(e => e.dataset.drawn);
                if (ready() && drawn) {
                  if (window.usableAt === undefined) { window.usableAt = performance.now(); }
                  const waits = document.querySelector('.htmx-request, [aria-busy=true]')
                    || [...document.querySelectorAll('[hx-trigger=load]')].some(e => !e.dataset.came && e.textContent.trim() !== '' && e.children.length === 1 && e.children[0].className === 'note');
                  if (!waits) { window.completeAt = performance.now(); return; }
                }
                requestAnimationFrame(look);
              };
              document.addEventListener('DOMContentLoaded', () => requestAnimationFrame(look));
            })();
            """;

    private static final String IS_COMPLETE = "window.completeAt !== undefined";

    private static final String TELL =
            """
            (() => {
              const page = performance.getEntriesByType('navigation')[0];
              let bytes = page.transferSize;
              for (const part of performance.getEntriesByType('resource')) { bytes += part.transferSize; }
              return {first: page.responseStart - page.requestStart, usable: window.usableAt,
                complete: window.completeAt, bytes};
            })()
            """;
}
