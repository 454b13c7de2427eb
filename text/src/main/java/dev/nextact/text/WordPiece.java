package dev.nextact.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Cuts a text into the pieces of words that BERT's uncased models read (Devlin et al. 2019, §3; the
 * rules are those of its {@code tokenization.py}): lower case without accents, punctuation and
 * Chinese characters each a word of their own, words from the longest piece that begins them
 * onwards. Immutable; thread-safe.
 */
final class WordPiece {

    private static final int LONGEST_WORD = 100;

    private final Map<String, Integer> vocabulary;
    private final int unknown;
    private final int start;
    private final int end;

    private WordPiece(Map<String, Integer> vocabulary) {
        this.vocabulary = vocabulary;
        this.unknown = special("[UNK]");
        this.start = special("[CLS]");
        this.end = special("[SEP]");
    }

    private int special(String token) {
        Integer number = vocabulary.get(token);
        if (number == null) {
            throw new IllegalArgumentException("the vocabulary holds no " + token);
        }
        return number;
    }

    /**
     * @param tokenizer a {@code tokenizer.json} whose {@code model.vocab} numbers the pieces
     */
    static WordPiece read(InputStream tokenizer) throws IOException {
        JsonNode tree = JsonMapper.builder().build().readTree(tokenizer);
        Map<String, Integer> vocabulary = new HashMap<>();
        tree.path("model")
                .path("vocab")
                .properties()
                .forEach(entry -> vocabulary.put(entry.getKey(), entry.getValue().asInt()));
        return new WordPiece(vocabulary);
    }

    /**
     * @param most pieces, the marks of start and end included; what goes beyond is left out
     */
    long[] encode(String text, int most) {
        List<Integer> pieces = new ArrayList<>(List.of(start));
        for (String word : words(text)) {
            addPieces(word, pieces);
            if (pieces.size() >= most) {
                break;
            }
        }
        List<Integer> kept = pieces.subList(0, Math.min(pieces.size(), most - 1));
        long[] numbers = new long[kept.size() + 1];
        for (int i = 0; i < kept.size(); i++) {
            numbers[i] = kept.get(i);
        }
        numbers[kept.size()] = end;
        return numbers;
    }

    private static List<String> words(String text) {
        String plain = Normalizer.normalize(text.toLowerCase(Locale.ROOT), Normalizer.Form.NFD);
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        plain.codePoints()
                .forEach(
                        c -> {
                            if (isDropped(c)) {
                                return;
                            }
                            boolean stands = isPunctuation(c) || isIdeograph(c);
                            if (stands || isSpace(c)) {
                                take(word, words);
                            }
                            if (stands) {
                                words.add(Character.toString(c));
                            } else if (!isSpace(c)) {
                                word.appendCodePoint(c);
                            }
                        });
        take(word, words);
        return words;
    }

    private static void take(StringBuilder word, List<String> words) {
        if (word.length() > 0) {
            words.add(word.toString());
            word.setLength(0);
        }
    }

    private void addPieces(String word, List<Integer> pieces) {
        List<Integer> found = new ArrayList<>();
        int from = 0;
        while (from < word.length()) {
            int to = word.length();
            Integer piece = null;
            while (to > from && piece == null) {
                piece = vocabulary.get((from == 0 ? "" : "##") + word.substring(from, to));
                to = piece == null ? to - 1 : to;
            }
            if (piece == null || word.length() > LONGEST_WORD) {
                pieces.add(unknown);
                return;
            }
            found.add(piece);
            from = to;
        }
        pieces.addAll(found);
    }

    private static boolean isSpace(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || Character.getType(c) == Character.SPACE_SEPARATOR;
    }

    /** Accents that the normal form has parted from their letters, and what is no character. */
    private static boolean isDropped(int c) {
        int type = Character.getType(c);
        boolean control =
                type == Character.CONTROL
                        || type == Character.FORMAT
                        || type == Character.PRIVATE_USE
                        || type == Character.SURROGATE
                        || type == Character.UNASSIGNED;
        return type == Character.NON_SPACING_MARK || c == 0xFFFD || (control && !isSpace(c));
    }

    private static boolean isPunctuation(int c) {
        boolean ascii =
                (c >= 33 && c <= 47)
                        || (c >= 58 && c <= 64)
                        || (c >= 91 && c <= 96)
                        || (c >= 123 && c <= 126);
        return ascii
                || switch (Character.getType(c)) {
                    case Character.CONNECTOR_PUNCTUATION,
                            Character.DASH_PUNCTUATION,
                            Character.START_PUNCTUATION,
                            Character.END_PUNCTUATION,
                            Character.INITIAL_QUOTE_PUNCTUATION,
                            Character.FINAL_QUOTE_PUNCTUATION,
                            Character.OTHER_PUNCTUATION ->
                            true;
                    default -> false;
                };
    }

    /** BERT's "CJK Unified Ideographs" blocks; kana and Hangul are written in words. */
    private static boolean isIdeograph(int c) {
        return (c >= 0x4E00 && c <= 0x9FFF)
                || (c >= 0x3400 && c <= 0x4DBF)
                || (c >= 0x20000 && c <= 0x2A6DF)
                || (c >= 0x2A700 && c <= 0x2CEAF)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0x2F800 && c <= 0x2FA1F);
    }
}
