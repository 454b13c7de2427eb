package dev.nextact.predict;

import dev.nextact.core.uplift.Holdout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The list of a campaign: a row is a shopper to be contacted, or one of the holdout, with the
 * reason. The first columns of every list are the same, so that what came of it can be measured
 * later. Confined to one thread.
 */
public final class CampaignList implements AutoCloseable {

    /**
     * What a list is of.
     *
     * @param name of the kind of campaign
     * @param atMicros its moment, since 1970-01-01 UTC
     * @param behaviour that is to come, within the horizon
     * @param of what; see {@code Listed}
     */
    public record Campaign(
            String name, long atMicros, double horizonSeconds, String behaviour, String of) {

        String at() {
            return Instant.ofEpochSecond(
                            Math.floorDiv(atMicros, 1_000_000L),
                            Math.floorMod(atMicros, 1_000_000L) * 1000)
                    .toString();
        }
    }

    private static final List<PredictionFile.Column> FIRST =
            List.of(
                    new PredictionFile.Column("user", "VARCHAR"),
                    new PredictionFile.Column("rank", "INTEGER"),
                    new PredictionFile.Column("group", "VARCHAR"),
                    new PredictionFile.Column("campaign", "VARCHAR"),
                    new PredictionFile.Column("at", "VARCHAR"),
                    new PredictionFile.Column("horizon_seconds", "DOUBLE"),
                    new PredictionFile.Column("behaviour", "VARCHAR"),
                    new PredictionFile.Column("of", "VARCHAR"),
                    new PredictionFile.Column("expected", "DOUBLE"));

    private final PredictionFile file;
    private final Campaign campaign;
    private final Holdout holdout;
    private int rank;
    private int heldOut;

    private CampaignList(PredictionFile file, Campaign campaign, Holdout holdout) {
        this.file = file;
        this.campaign = campaign;
        this.holdout = holdout;
    }

    /**
     * @param out {@code .csv}, {@code .jsonl} or {@code .parquet}
     * @param own what lists of this kind tell further, before the reason
     */
    public static CampaignList create(
            Path out, Campaign campaign, Holdout holdout, List<PredictionFile.Column> own) {
        List<PredictionFile.Column> columns = new ArrayList<>(FIRST);
        columns.addAll(own);
        columns.add(new PredictionFile.Column("reason", "VARCHAR"));
        return new CampaignList(PredictionFile.create(out, columns), campaign, holdout);
    }

    /**
     * Adds the next shopper.
     *
     * @param expected outcome of one who is contacted, or where that is not known of anyone
     * @param own values of the list's own columns
     */
    public void add(String user, double expected, List<Object> own, String reason) {
        List<Object> row = new ArrayList<>();
        row.add(user);
        row.add(++rank);
        row.add(holdout.holds(user) ? Holdout.HELD_OUT : Holdout.CONTACT);
        heldOut += holdout.holds(user) ? 1 : 0;
        row.add(campaign.name());
        row.add(campaign.at());
        row.add(campaign.horizonSeconds());
        row.add(campaign.behaviour());
        row.add(campaign.of());
        row.add(expected);
        row.addAll(own);
        row.add(reason);
        file.write(row.toArray());
    }

    public int contacted() {
        return rank - heldOut;
    }

    public int heldOut() {
        return heldOut;
    }

    /** Makes the file appear under its name. */
    public void complete() {
        file.complete();
    }

    @Override
    public void close() {
        file.close();
    }
}
