package dev.nextact.model.onnx;

/** A value in an ONNX graph, by its name; the empty name is an input left out. */
record OnnxValue(String name) {

    static final OnnxValue NONE = new OnnxValue("");
}
