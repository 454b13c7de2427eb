package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(
        name = "campaign",
        description = "Whom to reach with what, and what it brought (docs/campaigns.md).")
final class CampaignCommand {}
