package dev.nextact.text;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nextact.core.NextactException;
import dev.nextact.core.TextEncoder;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * all-MiniLM-L6-v2, quantised to 8 bits: the mean of the last layer over the pieces of a text,
 * scaled to length 1 (Reimers and Gurevych 2019, §3; Wang et al. 2020). A text is run alone: the
 * quantisation takes its scale from all that is run together, so batch-mates would change it.
 * Thread-safe; the session lives as long as the process.
 */
final class SentenceModel implements TextEncoder {

    /** What the model was trained to read (its tokenizer's own limit). */
    private static final int MOST_PIECES = 128;

    private static final String MODEL = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    private final OrtSession session;
    private final WordPiece pieces;
    private final String checksum;

    private SentenceModel(OrtSession session, WordPiece pieces, String checksum) {
        this.session = session;
        this.pieces = pieces;
        this.checksum = checksum;
    }

    static SentenceModel open() {
        try (InputStream model = resource(MODEL);
                InputStream tokenizer = resource(TOKENIZER);
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            byte[] onnx = model.readAllBytes();
            options.setIntraOpNumThreads(1); // texts run side by side
            options.setInterOpNumThreads(1);
            return new SentenceModel(
                    OrtEnvironment.getEnvironment().createSession(onnx, options),
                    WordPiece.read(tokenizer),
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(onnx)));
        } catch (IOException | OrtException | NoSuchAlgorithmException e) {
            throw failure(e);
        }
    }

    private static InputStream resource(String name) throws IOException {
        InputStream resource = SentenceModel.class.getResourceAsStream(name);
        if (resource == null) {
            throw new IOException(name + " is not on the class path");
        }
        return resource;
    }

    private static NextactException failure(Exception e) {
        return new NextactException(
                NextactException.Category.INTERNAL,
                "the sentence model cannot be run: " + e.getMessage(),
                e);
    }

    @Override
    public String checksum() {
        return checksum;
    }

    @Override
    public float[][] encode(List<String> texts) {
        float[][] vectors = new float[texts.size()][];
        IntStream.range(0, vectors.length)
                .parallel()
                .forEach(i -> vectors[i] = encode(texts.get(i)));
        return vectors;
    }

    private float[] encode(String text) {
        long[][] numbers = {pieces.encode(text, MOST_PIECES)};
        long[][] ones = {new long[numbers[0].length]};
        Arrays.fill(ones[0], 1);
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OnnxTensor ids = OnnxTensor.createTensor(environment, numbers);
                OnnxTensor mask = OnnxTensor.createTensor(environment, ones);
                OnnxTensor types =
                        OnnxTensor.createTensor(environment, new long[1][numbers[0].length]);
                OrtSession.Result result =
                        session.run(
                                Map.of(
                                        "input_ids", ids,
                                        "attention_mask", mask,
                                        "token_type_ids", types))) {
            float[][][] states = (float[][][]) result.get(0).getValue(); // [1, T, F]
            return meanOfLengthOne(states[0]);
        } catch (OrtException e) {
            throw failure(e);
        }
    }

    private static float[] meanOfLengthOne(float[][] states) {
        double[] sum = new double[states[0].length];
        for (float[] state : states) {
            for (int f = 0; f < sum.length; f++) {
                sum[f] += state[f];
            }
        }
        double length = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
        float[] vector = new float[sum.length];
        for (int f = 0; f < sum.length; f++) {
            vector[f] = (float) (sum[f] / length);
        }
        return vector;
    }
}
