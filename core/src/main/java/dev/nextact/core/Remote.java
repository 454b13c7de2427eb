package dev.nextact.core;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Where a source lies that is no file. {@code nextact collect} brings it into files. */
public sealed interface Remote {

    /** Of its directory in {@code collected/}. */
    String name();

    /**
     * An HTTP API that answers JSON, a page a request.
     *
     * @param headers of each request; {@code $NAME} stands for an environment variable
     * @param rows where an answer holds the rows, keys with dots between; empty = the only list
     */
    record HttpApi(
            String name,
            URI uri,
            Map<String, String> headers,
            Optional<String> rows,
            Paging paging,
            Retry retry)
            implements Remote {
        public HttpApi {
            headers = Map.copyOf(headers);
        }
    }

    /**
     * A topic of Kafka whose messages are JSON objects.
     *
     * @param servers to start from, host:port, commas between
     * @param settings of the consumer, as Kafka names them; {@code $NAME} stands for an environment
     *     variable
     */
    record KafkaTopic(String name, String servers, String topic, Map<String, String> settings)
            implements Remote {
        public KafkaTopic {
            settings = Map.copyOf(settings);
        }
    }

    /** How the next page is asked for. */
    sealed interface Paging {}

    /** There is one answer and no more. */
    record OnePage() implements Paging {}

    /** By a number in the query, until a page is empty. */
    record PageNumbers(String parameter, long first) implements Paging {}

    /**
     * By what the answer says the next page is called.
     *
     * @param place in the answer, keys with dots between
     * @param parameter of the query that takes it
     */
    record Cursor(String place, String parameter) implements Paging {}

    /**
     * By an address in the answer.
     *
     * @param place in the answer, keys with dots between; empty = the header {@code Link} (RFC
     *     8288)
     */
    record Link(Optional<String> place) implements Paging {}

    /**
     * What is done when a request fails.
     *
     * @param times it is sent again
     * @param timeout of a whole answer
     * @param firstWait before it is sent again; doubles each time
     */
    record Retry(int times, Duration timeout, Duration firstWait) {}
}
