package dev.nextact.model.network;

import dev.nextact.model.network.ParameterSpec.Start;
import dev.nextact.model.ops.Ops;
import java.util.List;

/** What encoders that attend are made of. */
final class Parts {

    /** Of the weights before training; BERT's, and many SASRec implementations'. */
    private static final double DEVIATION = 0.02;

    private Parts() {}

    static <T> T linear(Ops<T> ops, String name, T x) {
        return ops.linear(x, ops.parameter(name + ".weight"), ops.parameter(name + ".bias"));
    }

    /** The given outputs alone of {@link #linear}. */
    static <T> T linear(Ops<T> ops, String name, T x, int from, int count) {
        return ops.linear(
                x,
                ops.rows(ops.parameter(name + ".weight"), from, count),
                ops.rows(ops.parameter(name + ".bias"), from, count));
    }

    static <T> T norm(Ops<T> ops, String name, T x) {
        return ops.layerNorm(x, ops.parameter(name + ".gain"), ops.parameter(name + ".bias"));
    }

    static void addLinear(List<ParameterSpec> list, String name, int out, int in) {
        list.add(
                new ParameterSpec(
                        name + ".weight", new int[] {out, in}, new Start.Normal(DEVIATION)));
        list.add(new ParameterSpec(name + ".bias", new int[] {out}, Start.ZERO));
    }

    /** With LibTorch's own start, which learns at once; for layers on top of others. */
    static void addLivelyLinear(List<ParameterSpec> list, String name, int out, int in) {
        Start start = new Start.Uniform(1 / Math.sqrt(in));
        list.add(new ParameterSpec(name + ".weight", new int[] {out, in}, start));
        list.add(new ParameterSpec(name + ".bias", new int[] {out}, start));
    }

    static void addNorm(List<ParameterSpec> list, String name, int width) {
        list.add(new ParameterSpec(name + ".gain", new int[] {width}, Start.ONE));
        list.add(new ParameterSpec(name + ".bias", new int[] {width}, Start.ZERO));
    }
}
