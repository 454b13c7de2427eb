package dev.nextact.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Both READMEs say the same: what is no language stands in both, in the same order. */
class ReadmeTest {

    private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)]+)\\)");
    private static final Pattern NUMBER = Pattern.compile("\\d[\\d,.]*\\d|\\d");

    private static List<String> lines(String name) throws IOException {
        return Files.readAllLines(HOME.resolve(name));
    }

    private static List<String> english() throws IOException {
        return lines("README.md");
    }

    private static List<String> chinese() throws IOException {
        return lines("README.zh-CN.md");
    }

    /** Levels of the headings, and what stands in fences without its remarks. */
    private static List<String> skeleton(List<String> lines) {
        List<String> skeleton = new ArrayList<>();
        boolean isCode = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                isCode = !isCode;
                skeleton.add(line);
            } else if (isCode) {
                skeleton.add(line.replaceFirst("\\s+#.*", ""));
            } else if (line.startsWith("#")) {
                skeleton.add(line.replaceFirst(" .*", ""));
            } else if (line.startsWith("|")) {
                skeleton.add("a row of " + line.chars().filter(c -> c == '|').count());
            }
        }
        return skeleton;
    }

    private static List<String> links(List<String> lines) {
        List<String> links = new ArrayList<>();
        for (String line : lines) {
            Matcher matcher = LINK.matcher(line);
            while (matcher.find()) {
                if (!matcher.group(1).startsWith("README")) {
                    links.add(matcher.group(1).replace("-zh-CN.png", ".png"));
                }
            }
        }
        return links;
    }

    /**
     * Of the tables, in order; where a language writes them elsewhere in the row, they are sorted.
     */
    private static List<List<String>> figures(List<String> lines) {
        List<List<String>> figures = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("|")) {
                Matcher matcher = NUMBER.matcher(line);
                List<String> row = new ArrayList<>();
                while (matcher.find()) {
                    row.add(matcher.group());
                }
                row.sort(null);
                figures.add(row);
            }
        }
        return figures;
    }

    @Test
    void headingsAndCommandsAreTheSame() throws IOException {
        assertThat(skeleton(chinese())).isEqualTo(skeleton(english()));
    }

    @Test
    void linksLeadToTheSame() throws IOException {
        assertThat(links(chinese())).isEqualTo(links(english()));
    }

    @Test
    void figuresAreTheSame() throws IOException {
        List<List<String>> chinese = figures(chinese());
        List<List<String>> english = figures(english());
        for (int row = 0; row < english.size(); row++) {
            assertThat(chinese.get(row)).as("row %d", row).containsAll(english.get(row));
        }
    }

    @Test
    void whatLinksLeadToIsThere() throws IOException {
        for (String name : List.of("README.md", "README.zh-CN.md")) {
            for (String link : links(lines(name))) {
                if (!link.startsWith("http")) {
                    assertThat(HOME.resolve(link)).as("%s in %s", link, name).exists();
                }
            }
        }
    }
}
