package dev.nextact.core;

import java.text.MessageFormat;
import java.util.List;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.ResourceBundle;
import java.util.Set;

/**
 * Texts for people, in their language: files {@code name.properties} (English) and {@code
 * name_zh_CN.properties} beside a class, in UTF-8, with the patterns of {@link MessageFormat}.
 * Immutable; thread-safe.
 */
public final class Messages {

    /** The languages there are; the first where another is asked for. */
    public static final List<Locale> LANGUAGES = List.of(Locale.ENGLISH, Locale.SIMPLIFIED_CHINESE);

    private final Locale language;
    private final ResourceBundle texts;

    private Messages(Locale language, ResourceBundle texts) {
        this.language = language;
        this.texts = texts;
    }

    /**
     * @param beside the class in whose package the files are
     * @param language one of {@link #LANGUAGES}
     */
    public static Messages of(Class<?> beside, String name, Locale language) {
        String path = beside.getPackageName().replace('.', '/') + "/" + name;
        return new Messages(
                language,
                ResourceBundle.getBundle(
                        path,
                        language.equals(Locale.ENGLISH) ? Locale.ROOT : language,
                        beside.getClassLoader(),
                        ResourceBundle.Control.getNoFallbackControl(
                                ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    /**
     * The language that suits a tag as browsers send it, such as {@code zh-CN,zh;q=0.9,en;q=0.8};
     * what it prefers first counts.
     */
    public static Locale language(String tags) {
        for (String tag : tags.split(",", -1)) {
            String main = tag.strip().split("[-_;]", 2)[0];
            for (Locale language : LANGUAGES) {
                if (language.getLanguage().equals(main)) {
                    return language;
                }
            }
        }
        return LANGUAGES.get(0);
    }

    /** The tag that HTML and requests name it by: {@code en}, {@code zh-CN}. */
    public String tag() {
        return language.toLanguageTag();
    }

    public Locale language() {
        return language;
    }

    public Set<String> keys() {
        return texts.keySet();
    }

    /**
     * @param values put in the places of the pattern
     * @throws IllegalArgumentException when there is no such text
     */
    public String text(String key, Object... values) {
        try {
            return new MessageFormat(texts.getString(key), Locale.ROOT).format(values);
        } catch (MissingResourceException e) {
            throw new IllegalArgumentException("no text is named " + key, e);
        }
    }
}
