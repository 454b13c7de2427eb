package dev.nextact.cli;

import dev.nextact.serve.RunningServer;
import dev.nextact.serve.http.ServeLog;
import java.util.concurrent.CountDownLatch;

/** A server that answers until Ctrl-C or SIGTERM. */
final class Serving {

    private Serving() {}

    /**
     * Returns when the process ends: what is under way is answered then, and every event durable.
     *
     * @param before what ends before the server does
     */
    static void untilTheEnd(RunningServer server, ServeLog log, Runnable before)
            throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    before.run();
                                    server.close();
                                    log.info("stopped");
                                    ended.countDown();
                                },
                                "drain"));
        log.info("ready", "port", server.port(), "admin_port", server.adminPort());
        ended.await();
    }
}
