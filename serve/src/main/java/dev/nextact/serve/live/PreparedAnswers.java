package dev.nextact.serve.live;

/** What is told from the prepared data, beside the models. */
public record PreparedAnswers(LiveDemand demand, AudienceDesk audiences, LogDesk log) {}
