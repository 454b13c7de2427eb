package dev.nextact.bench;

import dev.nextact.core.NextactException;
import dev.nextact.core.NextactException.Category;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.zip.GZIPInputStream;

/** Reads the gzipped CSV files of the benchmarks' public data: one header, no quotes. */
final class CsvLines {

    /** Takes the cells of a line. */
    interface Reader {
        /**
         * @throws NumberFormatException for a cell that is no number
         * @throws DateTimeException for one that is no date
         */
        void read(String[] cells);
    }

    private CsvLines() {}

    /**
     * @param header the columns expected, in order
     * @throws NextactException where the file is missing or a line is not as expected
     */
    static void read(Path file, String header, Reader reader) {
        int columns = header.split(",", -1).length;
        int number = 0;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(file)),
                                StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                String[] cells = line.split(",", -1);
                if (number == 1 ? !line.equals(header) : cells.length != columns) {
                    throw NextactException.input(
                            "%s, line %d: expected the columns %s, found '%s'",
                            file, number, header, line);
                }
                if (number > 1) {
                    reader.read(cells);
                }
            }
        } catch (IOException e) {
            throw new NextactException(
                    Category.INPUT,
                    "%s cannot be read (%s); let --data name the folder with this file"
                            .formatted(file, e.getMessage()),
                    e);
        } catch (NumberFormatException | DateTimeException e) {
            throw new NextactException(
                    Category.INPUT, "%s, line %d: %s".formatted(file, number, e.getMessage()), e);
        }
    }
}
