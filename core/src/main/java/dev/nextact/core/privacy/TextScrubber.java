package dev.nextact.core.privacy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes addresses, phone and card numbers out of free text. A number of 13 to 19 digits is a card's
 * where its check digit is right (Luhn, ISO/IEC 7812-1); one of 8 to 15 digits is a phone's where
 * it begins with + or 0, or is written in groups.
 */
final class TextScrubber {

    private static final Pattern EMAIL =
            Pattern.compile(
                    "[\\p{L}\\p{N}._%+'-]{1,64}@[\\p{L}\\p{N}-]{1,63}(?:\\.[\\p{L}\\p{N}-]{1,63}){1,8}");

    /** Digits with at most one sign between two of them; possessive, for long rows of digits. */
    private static final Pattern DIGITS =
            Pattern.compile(
                    "(?<![\\p{L}\\d])\\+?\\(?\\d(?:[ .()/-]{0,2}\\d){7,18}+(?![\\p{L}\\d])");

    private TextScrubber() {}

    static String scrub(String text) {
        String without = EMAIL.matcher(text).replaceAll("[email]");
        Matcher matcher = DIGITS.matcher(without);
        StringBuilder kept = new StringBuilder();
        while (matcher.find()) {
            String found = matcher.group();
            matcher.appendReplacement(kept, Matcher.quoteReplacement(replacement(found)));
        }
        return matcher.appendTail(kept).toString();
    }

    private static String replacement(String found) {
        String digits = found.replaceAll("\\D", "");
        if (digits.length() >= 13 && hasRightCheckDigit(digits)) {
            return "[card]";
        }
        boolean isGrouped = digits.length() < found.length();
        boolean isPhone =
                digits.length() <= 15 && (isGrouped || found.startsWith("0")) && !isDate(found);
        return isPhone ? "[phone]" : found;
    }

    /** Such as 2026-11-27, with a time or without one. */
    private static boolean isDate(String found) {
        return found.matches("(19|20)\\d\\d[-./](0?[1-9]|1[0-2])[-./]\\d{1,2}( .*)?")
                || found.matches("\\d{1,2}[-./]\\d{1,2}[-./](19|20)\\d\\d( .*)?");
    }

    static boolean hasRightCheckDigit(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighed = i % 2 == 1 ? digit * 2 : digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }
}
