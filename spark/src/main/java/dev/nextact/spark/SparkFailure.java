package dev.nextact.spark;

import dev.nextact.core.NextactException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells the user what failed on Spark. */
final class SparkFailure {

    /** What one of our own tasks said; of it Spark hands on no more than the text. */
    private static final Pattern OWN = Pattern.compile("NextactException: ([^\n]+)");

    private SparkFailure() {}

    /**
     * @param what was done
     */
    static NextactException of(String what, Exception e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            Matcher own = OWN.matcher(String.valueOf(cause.getMessage()));
            if (own.find()) {
                message = own.group(1);
            }
        }
        boolean isFull = String.valueOf(e).toLowerCase(Locale.ROOT).contains("no space left");
        if (message.contains("stopped SparkContext")
                || message.contains("SparkContext was shut down")) {
            message =
                    "the cluster has ended the application. Its master's and workers' logs tell"
                            + " why";
        }
        return new NextactException(
                isFull ? NextactException.Category.CAPACITY : NextactException.Category.INPUT,
                "Spark, " + what + ": " + message,
                e);
    }
}
