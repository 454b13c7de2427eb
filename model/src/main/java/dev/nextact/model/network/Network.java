package dev.nextact.model.network;

import dev.nextact.model.FloatTensor;
import dev.nextact.model.ops.Ops;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole network: token embedding, encoder, heads. It holds no weights and no tensors; those
 * belong to the {@link Ops} that interprets it. Immutable; thread-safe.
 *
 * <p>The next-item head shares the item table with the input: an item's score is the inner product
 * of its vector with the hidden state (Kang and McAuley 2018, §III-C). Where items have fields, who
 * interprets the network hands in a table of whole {@link ItemVectors}.
 */
public final class Network {

    /**
     * The weight [V+1, D] that holds the vectors of the items. Row 0 is that of padding, which
     * nothing reads; where a model takes new items, it is theirs.
     */
    public static final String ITEM_TABLE = "item.embedding";

    /** The weight [rows, D] that holds the vectors of the fields of events and shoppers. */
    public static final String FIELD_TABLE = "field.embedding";

    /**
     * The weight [values, D] that holds the vectors of a field's values; see {@link ItemVectors}.
     */
    public static String itemField(String name) {
        return "item." + name + ".embedding";
    }

    /** The weight [D, F] that projects a field's numbers; see {@link ItemVectors}. */
    public static String itemProjection(String name) {
        return "item." + name + ".projection";
    }

    private final NetworkSettings settings;
    private final TokenEmbedding embedding;
    private final Encoder encoder;
    private final Optional<ContextEncoder> context;
    private final Optional<NextEventHead> nextEvent;
    private final Optional<HazardHead> hazards;
    private final Optional<DirectEventsHead> direct;
    private final Optional<ClassifierHead> classifier;

    private Network(NetworkSettings settings) {
        this.settings = settings;
        this.embedding = new TokenEmbedding(settings);
        this.encoder =
                settings.family()
                        .cell()
                        .<Encoder>map(cell -> new RecurrentEncoder(cell, settings.encoder()))
                        .orElseGet(() -> new AttentionEncoder("encoder", settings.encoder()));
        this.context =
                settings.foretells()
                        .filter(heads -> !heads.classifies())
                        .map(heads -> new ContextEncoder(settings));
        this.nextEvent =
                settings.foretells()
                        .filter(HeadSettings::nextEvent)
                        .map(heads -> new NextEventHead(settings, heads.components()));
        this.hazards =
                settings.foretells()
                        .filter(HeadSettings::hazards)
                        .map(heads -> new HazardHead(settings, heads));
        this.direct =
                settings.foretells()
                        .filter(HeadSettings::direct)
                        .map(heads -> new DirectEventsHead(settings, heads.slots().count()));
        this.classifier =
                settings.foretells()
                        .filter(HeadSettings::classifies)
                        .map(heads -> new ClassifierHead(settings, heads));
    }

    public static Network of(NetworkSettings settings) {
        return new Network(settings);
    }

    public NetworkSettings settings() {
        return settings;
    }

    /** Every weight, in a fixed order, the item table first. */
    public List<ParameterSpec> parameters() {
        List<ParameterSpec> list = new ArrayList<>(embedding.parameters());
        list.addAll(encoder.parameters());
        list.addAll(ofHeads());
        return list;
    }

    private List<ParameterSpec> ofHeads() {
        List<ParameterSpec> list = new ArrayList<>();
        context.ifPresent(encoder -> list.addAll(encoder.parameters()));
        nextEvent.ifPresent(head -> head.addTo(list));
        hazards.ifPresent(head -> head.addTo(list));
        direct.ifPresent(head -> head.addTo(list));
        classifier.ifPresent(head -> head.addTo(list));
        return list;
    }

    /** Names of the weights that nothing but the heads beside the next item's depends on. */
    public List<String> headParameters() {
        return ofHeads().stream().map(ParameterSpec::name).toList();
    }

    /** Weights before training, by name. */
    public Map<String, FloatTensor> initialWeights(long seed) {
        Map<String, FloatTensor> weights = new LinkedHashMap<>();
        parameters().forEach(spec -> weights.put(spec.name(), spec.initial(seed)));
        return weights;
    }

    /** The hidden state after every event: [B, T, D]. States at padding mean nothing. */
    public <T> T encode(Ops<T> ops, Tokens<T> tokens) {
        return encoder.encode(ops, embedding.embed(ops, tokens), times(tokens));
    }

    /** The hidden state after the last event of each history: [B, D]. */
    public <T> T encodeLast(Ops<T> ops, Tokens<T> tokens) {
        return encoder.encodeLast(
                ops, embedding.embed(ops, tokens), tokens.lengths(), times(tokens));
    }

    private <T> Optional<T> times(Tokens<T> tokens) {
        return settings.hasTimeBias() ? Optional.of(tokens.clock().times()) : Optional.empty();
    }

    /**
     * How likely each item is next, after the last event of each history: scores, not
     * probabilities.
     *
     * @return [B, V+1]; column 0 means nothing
     */
    public <T> T nextItemScores(Ops<T> ops, Tokens<T> tokens) {
        return nextItemScores(ops, encodeLast(ops, tokens));
    }

    /**
     * The same from hidden states.
     *
     * @param states [B, D]
     * @return [B, V+1]; column 0 means nothing
     */
    public <T> T nextItemScores(Ops<T> ops, T states) {
        return ops.dot(states, ops.parameter(ITEM_TABLE));
    }

    /**
     * What the heads beside the next item's start from, after every event.
     *
     * @param states [B, T, D] of {@link #encode}
     * @return [B, T, D]
     */
    public <T> T contexts(Ops<T> ops, Tokens<T> tokens, T states) {
        return context.orElseThrow().encode(ops, tokens, states);
    }

    /**
     * The same after the last event of each history.
     *
     * @param states [B, D] of {@link #encodeLast}
     * @return [B, D]
     */
    public <T> T lastContext(Ops<T> ops, Tokens<T> tokens, T states) {
        return context.orElseThrow().encodeLast(ops, tokens, states);
    }

    /**
     * The mixture that the standardised gap to the next event is drawn from; see {@link
     * HeadSettings.GapScale}.
     *
     * @param contexts [N, D]
     */
    public <T> Mixture<T> nextGap(Ops<T> ops, T contexts) {
        return nextEvent.orElseThrow().gap(ops, contexts);
    }

    /**
     * Scores whose softmax is the probability of each behaviour of the next event.
     *
     * @param contexts [N, D]
     * @param gaps [N], tokens of the gap to that event
     * @return [N, C]
     */
    public <T> T nextBehaviour(Ops<T> ops, T contexts, T gaps) {
        return nextEvent.orElseThrow().behaviours(ops, contexts, gaps);
    }

    /**
     * Log-odds of the hazards of each behaviour.
     *
     * @param contexts [N, D]
     * @param now N moments
     * @return [N, C·G], all steps of a behaviour together
     */
    public <T> T hazards(Ops<T> ops, T contexts, Tokens.Now<T> now) {
        return hazards.orElseThrow().hazards(ops, contexts, now);
    }

    /**
     * The next events at once.
     *
     * @param contexts [N, D]
     */
    public <T> EventSlots<T> slots(Ops<T> ops, T contexts) {
        return direct.orElseThrow().slots(ops, contexts);
    }

    /** Whether it tells one thing after each event, and nothing else. */
    public boolean classifies() {
        return classifier.isPresent();
    }

    /**
     * Log-odds that what the classifier is of comes.
     *
     * @param states [N, D] of {@link #encode}
     * @param totals [N, F], see {@link HeadSettings.TotalsScale}; not read where F is 0
     * @return [N, 1]
     */
    public <T> T classify(Ops<T> ops, T states, T totals) {
        return classifier.orElseThrow().logits(ops, states, totals);
    }

    /** Whether the classifier tells how often too. */
    public boolean counts() {
        return settings.foretells().map(heads -> heads.classifier().counts()).orElse(false);
    }

    /**
     * The logarithm of how often what the classifier is of is to be expected.
     *
     * @param states [N, D] of {@link #encode}
     * @param totals [N, F]; not read where F is 0
     * @return [N, 1]
     */
    public <T> T logCounts(Ops<T> ops, T states, T totals) {
        return classifier.orElseThrow().logCounts(ops, states, totals);
    }

    /** Weights with which the classifier expects e^shift times as many as with the given ones. */
    public Map<String, FloatTensor> expecting(Map<String, FloatTensor> weights, double shift) {
        return ClassifierHead.expecting(weights, shift);
    }

    /**
     * Weights with which the log-odds of the hazards, or those of the classifier, are shift + scale
     * · those of the given ones: a calibration that costs nothing where it is used.
     *
     * @param shifts [C]; of a classifier [1]
     * @param scales likewise
     */
    public Map<String, FloatTensor> calibrated(
            Map<String, FloatTensor> weights, double[] shifts, double[] scales) {
        return classifies()
                ? ClassifierHead.calibrated(weights, shifts[0], scales[0])
                : hazards.orElseThrow().calibrated(weights, shifts, scales);
    }
}
