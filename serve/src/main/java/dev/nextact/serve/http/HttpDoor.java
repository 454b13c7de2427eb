package dev.nextact.serve.http;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HttpResponseException;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.EagerContentHandler;
import org.eclipse.jetty.server.handler.EagerContentHandler.RetainedContentLoaderFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A port with its routes: HTTP/1.1 and HTTP/2, in the clear or by TLS. A request reaches a thread
 * only when its body is there, so slow senders hold none; bodies, headers, connections and threads
 * are bounded.
 */
final class HttpDoor implements AutoCloseable {

    private static final int IDLE_MILLIS = 20_000;
    private static final int CONNECTIONS = 10_000;
    private static final int HEADER_BYTES = 8192;
    private static final int BUFFERS = 1 << 16;
    private static final int SMALLEST_GZIP = 1024;

    private final Javalin javalin;

    private HttpDoor(Javalin javalin) {
        this.javalin = javalin;
    }

    /**
     * @param threads that may handle requests at a time
     * @param drainMillis how long those under way may take when it closes
     */
    record Settings(
            String host,
            int port,
            int threads,
            int bodyBytes,
            int drainMillis,
            Optional<Keystore> tls) {}

    /** A PKCS#12 file. */
    record Keystore(Path file, String password) {
        @Override
        public String toString() {
            return "Keystore[" + file + "]";
        }
    }

    /**
     * @throws NextactException of category CAPACITY when the port cannot be had
     */
    static HttpDoor open(Settings settings, List<Route> routes, Guard guard) {
        return open(settings, routes, List.of(), guard);
    }

    /** With pages beside the routes. */
    static HttpDoor open(Settings settings, List<Route> routes, List<Page> pages, Guard guard) {
        Javalin javalin =
                Javalin.create(
                        config -> {
                            configure(config, settings);
                            for (Route route : routes) {
                                config.routes.addHttpHandler(
                                        route.method(), route.path(), guard.before(route));
                            }
                            for (Page page : pages) {
                                config.routes.addHttpHandler(
                                        page.method(), page.path(), page.handler());
                            }
                            config.routes.exception(
                                    HttpResponseException.class,
                                    (failure, ctx) -> guard.noRoute(ctx, failure));
                            config.routes.exception(
                                    Exception.class, (failure, ctx) -> guard.noRoute(ctx, failure));
                        });
        try {
            javalin.start(settings.host(), settings.port());
        } catch (JavalinBindException e) {
            throw new NextactException(
                    Category.CAPACITY,
                    "port "
                            + settings.port()
                            + " of "
                            + settings.host()
                            + " is taken; choose another with --port or serve.port",
                    e);
        }
        return new HttpDoor(javalin);
    }

    private static void configure(JavalinConfig config, Settings settings) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.maxRequestSize = settings.bodyBytes();
        config.http.prefer405over404 = true;
        config.http.compressionStrategy = CompressionStrategy.GZIP;
        config.http.compressionStrategy.setDefaultMinSizeForCompression(SMALLEST_GZIP);
        QueuedThreadPool threads = new QueuedThreadPool(settings.threads() + 4, 4);
        threads.setName("http-" + settings.port());
        threads.setReservedThreads(0);
        config.jetty.threadPool = threads;
        config.jetty.addConnector((server, http) -> connector(server, http, settings));
        config.jetty.modifyServer(
                server -> {
                    server.setStopTimeout(settings.drainMillis());
                    server.addBean(new NetworkConnectionLimit(CONNECTIONS, server));
                    server.insertHandler(new GracefulHandler());
                    server.insertHandler(
                            new EagerContentHandler(
                                    new RetainedContentLoaderFactory(
                                            // it counts whole buffers; Javalin counts exactly
                                            2L * settings.bodyBytes() + BUFFERS,
                                            HEADER_BYTES,
                                            true)));
                });
    }

    private static Connector connector(Server server, HttpConfiguration http, Settings settings) {
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(HEADER_BYTES);
        ServerConnector connector;
        if (settings.tls().isPresent()) {
            Keystore keystore = settings.tls().get();
            SslContextFactory.Server ssl = new SslContextFactory.Server();
            ssl.setKeyStorePath(keystore.file().toString());
            ssl.setKeyStorePassword(keystore.password());
            ssl.setKeyStoreType("PKCS12");
            ssl.setIncludeProtocols("TLSv1.3", "TLSv1.2");
            http.addCustomizer(new SecureRequestCustomizer(false));
            ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
            alpn.setDefaultProtocol("http/1.1");
            connector =
                    new ServerConnector(
                            server,
                            1,
                            1,
                            new SslConnectionFactory(ssl, alpn.getProtocol()),
                            alpn,
                            new HTTP2ServerConnectionFactory(http),
                            new HttpConnectionFactory(http));
        } else {
            connector =
                    new ServerConnector(
                            server,
                            1,
                            1,
                            new HttpConnectionFactory(http),
                            new HTTP2CServerConnectionFactory(http));
        }
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE_MILLIS);
        return connector;
    }

    int port() {
        return javalin.port();
    }

    /**
     * Takes no new requests and ends those under way. Who has not sent all of his by then is cut
     * off.
     */
    @Override
    public void close() {
        try {
            javalin.stop();
        } catch (JavalinException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            // Jetty tells that it waited for somebody in vain; it has closed all the same
        }
    }
}
