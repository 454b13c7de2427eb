package dev.nextact.cli;

import dev.nextact.core.Progress;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;

/** Progress where a person watches: a bar with the time left. */
final class BarProgress implements Progress {

    private static final int UPDATE_INTERVAL_MILLIS = 250;

    private final Terminal terminal;

    BarProgress(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Task start(String name, long total, String unit) {
        // A consumer of our own: the library's would start JLine to ask for the width.
        ProgressBar bar =
                ProgressBar.builder()
                        .setTaskName(name)
                        .setInitialMax(total)
                        .setUnit(" " + unit, 1)
                        .setStyle(
                                terminal.hasUnicode()
                                        ? ProgressBarStyle.UNICODE_BLOCK
                                        : ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(UPDATE_INTERVAL_MILLIS)
                        .setConsumer(
                                new ConsoleProgressBarConsumer(
                                        terminal.err(), terminal.columns() - 1))
                        .build();
        return new Task() {
            @Override
            public void at(long done, String message) {
                bar.stepTo(done);
                bar.setExtraMessage(message);
            }

            @Override
            public void close() {
                bar.close();
            }
        };
    }

    /** Blanks what a bar may have drawn on the line; the bar draws itself again below. */
    @Override
    public void say(String line) {
        terminal.err().print("\r" + " ".repeat(terminal.columns() - 1) + "\r");
        terminal.err().println(line);
    }
}
