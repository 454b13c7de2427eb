package dev.nextact.serve.console;

import dev.nextact.core.Messages;
import dev.nextact.predict.explain.DemandText;
import dev.nextact.predict.explain.ExplanationText;
import dev.nextact.serve.http.Scope;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What every page needs beside its own: the reader's language, what he may do, and how numbers and
 * times are written. Immutable.
 */
public final class View {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    /** The fact that is a number of money. */
    private static final String PRICE = "price";

    /** Before a metric's name where a bundle keeps what it reached on validation. */
    private static final String ON_VALIDATION = "valid ";

    private final Messages messages;
    private final Sessions.Session session;
    private final boolean hasKeys;
    private final String theme;
    private final String address;
    private final UnaryOperator<String> assets;

    /**
     * @param theme {@code auto}, {@code light} or {@code dark}
     * @param address of this page, to come back to
     * @param assets names → addresses
     */
    View(
            Messages messages,
            Sessions.Session session,
            boolean hasKeys,
            String theme,
            String address,
            UnaryOperator<String> assets) {
        this.messages = messages;
        this.session = session;
        this.hasKeys = hasKeys;
        this.theme = theme;
        this.address = address;
        this.assets = assets;
    }

    /** A text in the reader's language. */
    public String t(String key, Object... values) {
        return messages.text(key, values);
    }

    /** What a task, a behaviour's part or another name of the program is called. */
    public String named(String prefix, String name) {
        return messages.keys().contains(prefix + "." + name) ? t(prefix + "." + name) : name;
    }

    /** Why a row of a log was not taken as it came. */
    public String reason(String text) {
        String key = "reason." + text.replace(' ', '-');
        return messages.keys().contains(key) ? t(key) : text;
    }

    public String language() {
        return messages.tag();
    }

    Messages messages() {
        return messages;
    }

    public List<Locale> languages() {
        return Messages.LANGUAGES;
    }

    public String theme() {
        return theme;
    }

    public String csrf() {
        return session.csrf();
    }

    public String owner() {
        return session.owner();
    }

    /** Whose key this is, for the audit log; {@code console} where there are no keys. */
    String who() {
        return session.owner().isEmpty() ? "console" : session.owner();
    }

    /** Whether somebody is logged in who can log out. */
    public boolean hasKeys() {
        return hasKeys;
    }

    public boolean mayWrite() {
        return session.may(Scope.WRITE);
    }

    public boolean mayAdmin() {
        return session.may(Scope.ADMIN);
    }

    public String address() {
        return address;
    }

    /** What {@code aria-current} of a link of the navigation says. */
    public String current(String page) {
        String path = address.replaceFirst("\\?.*", "");
        boolean isHere =
                path.equals(path(page))
                        // the page of one belongs to the list of all
                        || (page.endsWith("s")
                                && path.equals(path(page.substring(0, page.length() - 1))));
        return isHere ? "page" : "false";
    }

    public String asset(String name) {
        return assets.apply(name);
    }

    /** The page of a name, with parameters by turns name and value. */
    public String url(String page, String... parameters) {
        return path(page, parameters);
    }

    static String path(String page, String... parameters) {
        StringBuilder url = new StringBuilder(Console.ROOT);
        if (!page.isEmpty()) {
            url.append('/').append(page);
        }
        for (int i = 0; i < parameters.length; i += 2) {
            url.append(i == 0 ? '?' : '&')
                    .append(parameters[i])
                    .append('=')
                    .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
        }
        return url.toString();
    }

    /** A whole number with its thousands apart. */
    public String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** A number that tells of some shoppers; of fewer than k that they are fewer alone. */
    public String number(long number, long shoppers, int k) {
        return shoppers < k && k > 1 ? "< " + number(k) : number(number);
    }

    /** A number to four digits that count. */
    public String number(double number) {
        return Double.isNaN(number) ? "–" : String.format(Locale.ROOT, "%.4g", number);
    }

    /** Without its currency, which no log tells: to a hundredth. */
    public String price(double price) {
        return String.format(Locale.ROOT, "%,.2f", price);
    }

    /** What is known of an item, as it is written: of a price its name too. */
    public String facts(Map<String, String> facts) {
        return facts.entrySet().stream()
                .map(
                        fact ->
                                fact.getKey().equals(PRICE)
                                        ? named("fact", PRICE) + " " + fact(PRICE, fact.getValue())
                                        : fact.getValue())
                .collect(Collectors.joining(" · "));
    }

    /** One of them. */
    public String fact(String name, String text) {
        return name.equals(PRICE) && text.matches("\\d{1,12}(\\.\\d+)?")
                ? price(Double.parseDouble(text))
                : text;
    }

    /** The name of a metric, which of validation's tells so. */
    public String metric(String name) {
        return name.startsWith(ON_VALIDATION)
                ? t("model.metric.valid", name.substring(ON_VALIDATION.length()))
                : name;
    }

    /** Units of goods: whole ones from ten on, fewer to a tenth. */
    public String units(double units) {
        return DemandText.units(units);
    }

    /** With its sign, to three digits behind the point. */
    public String signed(double value) {
        return String.format(Locale.ROOT, "%+.3f", value);
    }

    public String percent(double part) {
        return Double.isNaN(part) ? "–" : ExplanationText.percent(part);
    }

    /** With its zone; a dash where it is not known. */
    public String time(long micros) {
        return micros <= 0 ? "–" : TIME.format(Instant.ofEpochMilli(micros / 1000));
    }

    /** An ISO-8601 text likewise. */
    public String time(String instant) {
        try {
            return TIME.format(Instant.parse(instant));
        } catch (DateTimeParseException e) {
            return instant;
        }
    }

    /** A length of time in one unit. */
    public String span(double seconds) {
        return ExplanationText.span(messages.language(), seconds);
    }
}
