package dev.nextact.cli;

import dev.nextact.predict.CampaignReach;
import java.util.Locale;

/** What the commands that make a campaign's list say alike. */
final class CampaignWords {

    private CampaignWords() {}

    /** How small a lift the holdout will show. */
    static void told(Terminal terminal, CampaignReach reach) {
        if (reach.heldOut() == 0) {
            terminal.err()
                    .println("nobody is held out: what the campaign brings cannot be measured");
        } else {
            terminal.err()
                    .printf(
                            Locale.ROOT,
                            "a lift of %.1f points or more will be told from chance four times in"
                                    + " five%n",
                            100 * reach.leastLift());
        }
    }
}
