package dev.nextact.model.onnx;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.nextact.model.FloatTensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Writes one ONNX graph, node by node. Confined to one thread. */
final class OnnxGraph {

    /** 17 is the newest set every runtime since 2022 reads. */
    private static final int OPSET = 17;

    private static final int IR_VERSION = 8;

    private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();
    private final Map<String, TensorProto> constants = new LinkedHashMap<>();
    private final Set<String> used = new HashSet<>();
    private int nodes;

    OnnxGraph(String name) {
        graph.setName(name);
    }

    /** Sizes that are only known at run time have a name. */
    OnnxValue input(String name, TensorProto.DataType type, Object... shape) {
        graph.addInput(valueInfo(name, type, shape));
        return new OnnxValue(name);
    }

    void output(OnnxValue value, String name, TensorProto.DataType type, Object... shape) {
        graph.addNode(
                OnnxMl.NodeProto.newBuilder()
                        .setOpType("Identity")
                        .setName("output." + name)
                        .addInput(value.name())
                        .addOutput(name));
        graph.addOutput(valueInfo(name, type, shape));
    }

    OnnxValue constant(String name, FloatTensor tensor) {
        if (!constants.containsKey(name)) {
            ByteBuffer bytes =
                    ByteBuffer.allocate(tensor.values().length * Float.BYTES)
                            .order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(tensor.values());
            TensorProto.Builder proto =
                    TensorProto.newBuilder()
                            .setName(name)
                            .setDataType(TensorProto.DataType.FLOAT.getNumber())
                            .setRawData(ByteString.copyFrom(bytes.array()));
            for (int size : tensor.shape()) {
                proto.addDims(size);
            }
            constants.put(name, proto.build());
        }
        return new OnnxValue(name);
    }

    OnnxValue constant(long... values) {
        String name = "longs." + Arrays.toString(values).replaceAll("[\\[\\] ]", "");
        if (!constants.containsKey(name)) {
            TensorProto.Builder proto =
                    TensorProto.newBuilder()
                            .setName(name)
                            .addDims(values.length)
                            .setDataType(TensorProto.DataType.INT64.getNumber());
            for (long value : values) {
                proto.addInt64Data(value);
            }
            constants.put(name, proto.build());
        }
        return new OnnxValue(name);
    }

    OnnxValue scalar(float value) {
        return constant("scalar." + value, new FloatTensor(new int[0], new float[] {value}));
    }

    OnnxValue scalar(long value) {
        String name = "long." + value;
        if (!constants.containsKey(name)) {
            constants.put(
                    name,
                    TensorProto.newBuilder()
                            .setName(name)
                            .setDataType(TensorProto.DataType.INT64.getNumber())
                            .addInt64Data(value)
                            .build());
        }
        return new OnnxValue(name);
    }

    /** A node of one output. */
    OnnxValue node(String type, List<AttributeProto> attributes, OnnxValue... inputs) {
        String name = type.toLowerCase(Locale.ROOT) + "." + nodes++;
        OnnxMl.NodeProto.Builder node =
                OnnxMl.NodeProto.newBuilder()
                        .setOpType(type)
                        .setName(name)
                        .addOutput(name)
                        .addAllAttribute(attributes);
        for (OnnxValue input : inputs) {
            node.addInput(input.name());
            used.add(input.name());
        }
        graph.addNode(node);
        return new OnnxValue(name);
    }

    OnnxValue node(String type, OnnxValue... inputs) {
        return node(type, List.of(), inputs);
    }

    static AttributeProto attribute(String name, long value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    static AttributeProto attribute(String name, float value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.FLOAT)
                .setF(value)
                .build();
    }

    static AttributeProto attribute(String name, List<Long> values) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(AttributeProto.AttributeType.INTS)
                .addAllInts(values)
                .build();
    }

    /** The file; constants that no node reads are left out. */
    byte[] toBytes() {
        constants.forEach(
                (name, constant) -> {
                    if (used.contains(name)) {
                        graph.addInitializer(constant);
                    }
                });
        return OnnxMl.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("nextact")
                .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .build()
                .toByteArray();
    }

    private static OnnxMl.ValueInfoProto valueInfo(
            String name, TensorProto.DataType type, Object... shape) {
        OnnxMl.TensorShapeProto.Builder sizes = OnnxMl.TensorShapeProto.newBuilder();
        for (Object size : shape) {
            OnnxMl.TensorShapeProto.Dimension.Builder dimension =
                    OnnxMl.TensorShapeProto.Dimension.newBuilder();
            if (size instanceof Integer fixed) {
                dimension.setDimValue(fixed);
            } else {
                dimension.setDimParam(size.toString());
            }
            sizes.addDim(dimension);
        }
        return OnnxMl.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(
                        OnnxMl.TypeProto.newBuilder()
                                .setTensorType(
                                        OnnxMl.TypeProto.Tensor.newBuilder()
                                                .setElemType(type.getNumber())
                                                .setShape(sizes)))
                .build();
    }
}
