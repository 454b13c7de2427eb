package dev.nextact.evaluate.uplift;

import dev.nextact.core.EventLog;
import dev.nextact.core.NextactException;
import dev.nextact.core.uplift.Contact;
import dev.nextact.predict.Came;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;

/**
 * What the log tells of a past campaign's shoppers: one case each, their first.
 *
 * @param contacts [N]
 * @param users [N], indices in the log
 * @param outcomes [N]
 * @param leftOut for people, who is left out and why; empty where nobody is
 */
record PastCampaign(List<Contact> contacts, int[] users, double[] outcomes, String leftOut) {

    /**
     * @param horizonSeconds in which an outcome of the log counts from the contact on
     * @param nowMicros nothing at or after it is seen: neither contacts nor outcomes
     * @throws NextactException where outcomes are told of some alone, or nobody is left
     */
    static PastCampaign of(
            List<Contact> campaign,
            EventLog log,
            String behaviour,
            double horizonSeconds,
            long nowMicros) {
        refuseHalf(campaign, "outcome", Contact::outcome, "outcomes are counted in the shop's log");
        refuseHalf(campaign, "propensity", Contact::propensity, "the draw is taken as even");
        Came came = Came.of(log, behaviour, Optional.empty());
        long horizon = Math.round(horizonSeconds * 1e6);
        long end = Math.min(nowMicros, log.sequences().newestMicros() + 1);
        List<Contact> kept = new ArrayList<>();
        List<Integer> users = new ArrayList<>();
        List<Double> outcomes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        int again = 0;
        int unknown = 0;
        int unwatched = 0;
        List<Contact> inOrder = new ArrayList<>(campaign);
        inOrder.sort(Comparator.comparingLong(Contact::timeMicros));
        for (Contact contact : inOrder) {
            int user = log.userIndex(contact.user());
            if (!seen.add(contact.user())) {
                again++;
            } else if (user < 0) {
                unknown++;
            } else if (watchedUntil(contact, horizon) > end) {
                unwatched++;
            } else {
                kept.add(contact);
                users.add(user);
                outcomes.add(
                        contact.outcome()
                                .orElseGet(
                                        () ->
                                                came.count(
                                                                        log.sequences().get(user),
                                                                        contact.timeMicros(),
                                                                        contact.timeMicros()
                                                                                + horizon)
                                                                > 0
                                                        ? 1.0
                                                        : 0.0));
            }
        }
        String leftOut = leftOut(again, unknown, unwatched);
        if (kept.isEmpty()) {
            throw NextactException.input(
                    "no shopper of the campaign can be learned from: %s", leftOut);
        }
        return new PastCampaign(
                List.copyOf(kept),
                users.stream().mapToInt(user -> user).toArray(),
                outcomes.stream().mapToDouble(outcome -> outcome).toArray(),
                leftOut);
    }

    /**
     * When the outcome is known; of one that the campaign's log tells, no later than that log is.
     */
    private static long watchedUntil(Contact contact, long horizonMicros) {
        return contact.timeMicros() + (contact.outcome().isPresent() ? 0 : horizonMicros);
    }

    /**
     * @param otherwise what holds without the column
     */
    private static void refuseHalf(
            List<Contact> campaign,
            String column,
            Function<Contact, OptionalDouble> value,
            String otherwise) {
        Optional<Contact> told =
                campaign.stream().filter(c -> value.apply(c).isPresent()).findFirst();
        Optional<Contact> untold =
                campaign.stream().filter(c -> value.apply(c).isEmpty()).findFirst();
        if (told.isPresent() && untold.isPresent()) {
            throw NextactException.input(
                    "the campaign's log tells the %s in line %d and not in line %d. Fill the column"
                            + " for all, or leave it away: then %s",
                    column, told.get().line(), untold.get().line(), otherwise);
        }
    }

    private static String leftOut(int again, int unknown, int unwatched) {
        List<String> reasons = new ArrayList<>();
        if (again > 0) {
            reasons.add(text(again, "later contacts of the same shopper"));
        }
        if (unknown > 0) {
            reasons.add(text(unknown, "shoppers that are not in the prepared log"));
        }
        if (unwatched > 0) {
            reasons.add(text(unwatched, "whose horizon ends after the log, or after --at"));
        }
        return reasons.isEmpty() ? "" : "left out " + String.join(", ", reasons);
    }

    private static String text(int count, String what) {
        return String.format(Locale.ROOT, "%,d %s", count, what);
    }

    int size() {
        return users.length;
    }

    boolean[] treated() {
        boolean[] treated = new boolean[users.length];
        for (int i = 0; i < treated.length; i++) {
            treated[i] = contacts.get(i).treated();
        }
        return treated;
    }

    long[] moments() {
        return contacts.stream().mapToLong(Contact::timeMicros).toArray();
    }

    /** The moment of the first contact. */
    long firstMicros() {
        return contacts.stream().mapToLong(Contact::timeMicros).min().orElseThrow();
    }

    PastCampaign select(int[] indices) {
        return new PastCampaign(
                Arrays.stream(indices).mapToObj(contacts::get).toList(),
                Arrays.stream(indices).map(i -> users[i]).toArray(),
                Arrays.stream(indices).mapToDouble(i -> outcomes[i]).toArray(),
                leftOut);
    }
}
