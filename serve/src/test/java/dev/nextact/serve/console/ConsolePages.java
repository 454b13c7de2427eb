package dev.nextact.serve.console;

import java.util.List;

/** The pages of a console that shows something. */
final class ConsolePages {

    private ConsolePages() {}

    /**
     * Each page's address below {@code /console}.
     *
     * @param shopper of whom events are kept
     * @param item that the model knows
     * @param version of the model
     * @param audience of which there is one
     * @param unknown an item of the log that the model does not know
     */
    static List<String> all(
            String shopper, String item, int version, String audience, String unknown) {
        return List.of(
                "",
                "/shoppers",
                "/shopper?id=" + shopper,
                "/items",
                "/item?id=" + item,
                "/campaigns",
                "/campaign?number=" + audience,
                "/forecast",
                "/forecast?level=category",
                "/demand?item=" + unknown,
                "/models",
                "/model?version=" + version,
                "/live",
                "/data",
                "/settings",
                "/search?q=item-1",
                "/login");
    }
}
