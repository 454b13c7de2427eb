package dev.nextact.cli;

import picocli.CommandLine.Command;

@Command(name = "predict", description = "Predict with a trained model.")
final class PredictCommand {}
