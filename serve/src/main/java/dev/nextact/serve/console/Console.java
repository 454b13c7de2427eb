package dev.nextact.serve.console;

import dev.nextact.core.Messages;
import dev.nextact.serve.console.Sessions.Session;
import dev.nextact.serve.http.Page;
import dev.nextact.serve.http.Problem;
import dev.nextact.serve.http.Scope;
import dev.nextact.serve.http.ServeLog;
import dev.nextact.serve.http.ServerParts;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The web console, on the operator's port: who asks, whether he may, and what he sees where it
 * fails. With API keys one logs in with a key and may do what the key may; without any the server
 * listens on loopback addresses alone, and so must the name be that a browser calls it by.
 * Thread-safe.
 */
public final class Console {

    /** Before the path of every page. */
    static final String ROOT = "/console";

    private static final String SESSION = "nextact_session";
    private static final String LANGUAGE = "nextact_language";
    private static final String THEME = "nextact_theme";
    private static final List<String> THEMES = List.of("auto", "light", "dark");
    private static final long A_YEAR = 31_536_000;

    /** Nothing from elsewhere, nothing inline, in no frame. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri"
                    + " 'none'";

    private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private final ServeLog log;
    private final Sessions sessions;
    private final Assets assets = new Assets();
    private final Map<Locale, Messages> messages = new HashMap<>();
    private final TemplateEngine templates = TemplateEngine.createPrecompiled(ContentType.Html);
    private final List<Page> pages = new ArrayList<>();

    /** Answers a request of somebody who may. */
    @FunctionalInterface
    interface Answering {
        void answer(Context ctx, View view);
    }

    public Console(ServerParts parts, Clock clock, ServeLog log) {
        this.log = log;
        this.sessions = new Sessions(parts.keys(), clock);
        Messages.LANGUAGES.forEach(
                language ->
                        messages.put(language, Messages.of(Console.class, "console", language)));
        Asking asking = new Asking(parts);
        pages.add(new Page(HandlerType.GET, ROOT + "/assets/{version}/{name}", this::asset));
        pages.add(new Page(HandlerType.GET, ROOT + "/login", this::showLogin));
        pages.add(new Page(HandlerType.POST, ROOT + "/login", this::logIn));
        post("logout", Scope.PUBLIC, this::logOut);
        post("preferences", Scope.PUBLIC, this::prefer);
        new OverviewPage(this, parts).add();
        new ShopperPages(this, parts, asking).add();
        new WhyPages(this, parts, asking).add();
        new WhatIfPages(this, parts, asking).add();
        new ItemPages(this, parts, asking).add();
        new ForecastPages(this, asking, parts.prepared().demand()).add();
        new CampaignPages(this, parts, asking).add();
        new ModelPages(this, parts).add();
        new ShopPages(this, parts).add();
    }

    /** What the operator's port shows beside its routes. */
    public List<Page> pages() {
        return List.copyOf(pages);
    }

    /** A page that is only looked at. */
    void get(String path, Scope scope, Answering answering) {
        String all = path.isEmpty() ? ROOT : ROOT + "/" + path;
        pages.add(new Page(HandlerType.GET, all, guarded(scope, answering)));
    }

    /** A form that changes something. */
    void post(String path, Scope scope, Answering answering) {
        pages.add(new Page(HandlerType.POST, ROOT + "/" + path, guarded(scope, answering)));
    }

    private Handler guarded(Scope scope, Answering answering) {
        return ctx -> {
            headers(ctx);
            try {
                refuseStrangeHosts(ctx);
                Optional<Session> found = session(ctx);
                if (found.isEmpty() && sessions.needKey()) {
                    toLogin(ctx);
                    return;
                }
                Session session = found.orElseGet(() -> begin(ctx, sessions.open()));
                if (HandlerType.POST.equals(ctx.method())) {
                    refuseForged(ctx, texts(ctx), session);
                }
                if (scope != Scope.PUBLIC && !session.may(scope)) {
                    throw Problem.of(
                            403,
                            "Forbidden",
                            texts(ctx)
                                    .text("problem.scope", scope.name().toLowerCase(Locale.ROOT)));
                }
                answering.answer(ctx, view(ctx, session));
            } catch (RuntimeException e) {
                fail(ctx, e);
            }
        };
    }

    /** Another site's name that leads here (DNS rebinding) must not act for who sits here. */
    private void refuseStrangeHosts(Context ctx) {
        if (!sessions.needKey()) {
            String host = Optional.ofNullable(ctx.host()).orElse("").replaceAll(":\\d+$", "");
            if (!LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT))) {
                throw Problem.of(403, "Forbidden", texts(ctx).text("problem.host"));
            }
        }
    }

    private static void refuseForged(Context ctx, Messages texts, Session session) {
        String given = ctx.formParam("csrf");
        if (given == null || !session.isCsrf(given)) {
            throw Problem.of(403, "Forbidden", texts.text("problem.form"));
        }
    }

    private Optional<Session> session(Context ctx) {
        return Optional.ofNullable(ctx.cookie(SESSION)).flatMap(sessions::find);
    }

    private Session begin(Context ctx, Session session) {
        cookie(ctx, SESSION, session.token(), Sessions.LONGEST.toSeconds(), true);
        return session;
    }

    private static void cookie(
            Context ctx, String name, String value, long seconds, boolean hidden) {
        ctx.res()
                .addHeader(
                        "Set-Cookie",
                        name
                                + "="
                                + value
                                + "; Path="
                                + ROOT
                                + "; Max-Age="
                                + seconds
                                + "; SameSite=Lax"
                                + (hidden ? "; HttpOnly" : "")
                                + (ctx.req().isSecure() ? "; Secure" : ""));
    }

    private static void headers(Context ctx) {
        ctx.header("Content-Security-Policy", POLICY);
        ctx.header("X-Content-Type-Options", "nosniff");
        ctx.header("Referrer-Policy", "same-origin");
        ctx.header("Cross-Origin-Opener-Policy", "same-origin");
        ctx.header("Cache-Control", "no-store");
        if (ctx.req().isSecure()) {
            ctx.header("Strict-Transport-Security", "max-age=31536000");
        }
    }

    private View view(Context ctx, Session session) {
        String theme = Optional.ofNullable(ctx.cookie(THEME)).orElse("auto");
        String query = ctx.queryString();
        return new View(
                texts(ctx),
                session,
                sessions.needKey(),
                THEMES.contains(theme) ? theme : "auto",
                ctx.path() + (query == null || query.isEmpty() ? "" : "?" + query),
                assets::path);
    }

    private Messages texts(Context ctx) {
        String wanted =
                Optional.ofNullable(ctx.cookie(LANGUAGE))
                        .orElse(Optional.ofNullable(ctx.header("Accept-Language")).orElse(""));
        return Objects.requireNonNull(messages.get(Messages.language(wanted)));
    }

    /** Fills a template. */
    void show(Context ctx, View view, String template, Map<String, Object> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("view", view);
        StringOutput output = new StringOutput();
        templates.render(template + ".jte", all, output);
        ctx.contentType("text/html; charset=utf-8").result(output.toString());
    }

    /** Back to a page after a form, so that to load it again sends nothing twice. */
    static void goTo(Context ctx, String address) {
        ctx.status(303).header("Location", address).result("");
    }

    private void asset(Context ctx) {
        headers(ctx);
        if (!assets.answer(ctx, ctx.pathParam("name"))) {
            fail(ctx, Problem.of(404, "Not found", "There is no such file"));
        }
    }

    private void toLogin(Context ctx) {
        String query = ctx.queryString();
        String address = ctx.path() + (query == null ? "" : "?" + query);
        String login = View.path("login", "to", address);
        if (ctx.header("HX-Request") != null) {
            ctx.header("HX-Redirect", login).status(401).result("");
        } else {
            goTo(ctx, login);
        }
    }

    private void showLogin(Context ctx) {
        headers(ctx);
        try {
            login(ctx, false);
        } catch (RuntimeException e) {
            fail(ctx, e);
        }
    }

    private void login(Context ctx, boolean wasWrong) {
        show(
                ctx,
                view(ctx, nobody()),
                "login",
                Map.of(
                        "to",
                        target(wasWrong ? ctx.formParam("to") : ctx.queryParam("to")),
                        "wrong",
                        wasWrong));
    }

    /** Who has not logged in may nothing. */
    private static Session nobody() {
        return new Session("", "", "", Set.of(), "", Instant.EPOCH);
    }

    /** A key in the form is what a forger does not have; so no other secret is asked for. */
    private void logIn(Context ctx) {
        headers(ctx);
        try {
            if (!sessions.needKey()) {
                goTo(ctx, ROOT);
                return;
            }
            String key = Optional.ofNullable(ctx.formParam("key")).orElse("").strip();
            Optional<Session> session = sessions.logIn(key);
            if (session.isEmpty()) {
                log.warn("a wrong key at the console", "address", ctx.ip());
                ctx.status(401);
                login(ctx, true);
                return;
            }
            begin(ctx, session.get());
            goTo(ctx, target(ctx.formParam("to")));
        } catch (RuntimeException e) {
            fail(ctx, e);
        }
    }

    private void logOut(Context ctx, View view) {
        Optional.ofNullable(ctx.cookie(SESSION)).ifPresent(sessions::logOut);
        cookie(ctx, SESSION, "", 0, true);
        goTo(ctx, ROOT + "/login");
    }

    /** Language and theme; kept by the browser. */
    private void prefer(Context ctx, View view) {
        Optional.ofNullable(ctx.formParam("language"))
                .filter(
                        tag ->
                                Messages.LANGUAGES.stream()
                                        .anyMatch(known -> known.toLanguageTag().equals(tag)))
                .ifPresent(tag -> cookie(ctx, LANGUAGE, tag, A_YEAR, false));
        Optional.ofNullable(ctx.formParam("theme"))
                .filter(THEMES::contains)
                .ifPresent(theme -> cookie(ctx, THEME, theme, A_YEAR, false));
        goTo(ctx, target(ctx.formParam("to")));
    }

    /** A page of this console, whatever is asked for. */
    private static String target(@Nullable String asked) {
        try {
            URI uri = URI.create(asked == null ? ROOT : asked).normalize();
            String path = String.valueOf(uri.getRawPath());
            boolean isHere =
                    !uri.isAbsolute()
                            && uri.getRawAuthority() == null
                            && (path.equals(ROOT) || path.startsWith(ROOT + "/"));
            return isHere ? uri.toString() : ROOT;
        } catch (IllegalArgumentException e) {
            return ROOT;
        }
    }

    /** Nothing of the server's inside is told. */
    private void fail(Context ctx, RuntimeException failure) {
        Problem problem = Problem.of(failure);
        if (problem.status() == 500) {
            log.error("a page failed", failure, "path", ctx.path());
        }
        ctx.status(problem.status());
        try {
            show(
                    ctx,
                    view(ctx, session(ctx).orElse(nobody())),
                    "problem",
                    Map.of(
                            "status",
                            problem.status(),
                            "detail",
                            String.valueOf(problem.getMessage()),
                            "part",
                            ctx.header("HX-Request") != null));
        } catch (RuntimeException again) {
            log.error("a page of a failure failed", again, "path", ctx.path());
            ctx.contentType("text/plain; charset=utf-8")
                    .result(String.valueOf(problem.getMessage()).getBytes(StandardCharsets.UTF_8));
        }
    }
}
