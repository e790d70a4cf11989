/*
 * A network of exact weights by oneDNN, and by OpenBLAS where all its layers are dense: what the
 * deterministic twin is held against. Prints one JSON document a batch, as clock.py does.
 *
 *   peer_onednn MODEL NETWORK WEIGHTS IMAGES BATCH...
 *
 * NETWORK has an operator a line (see network.ts), WEIGHTS their floats, IMAGES normalised ones.
 * oneDNN chooses the layouts of weights and activations; relu is fused into the layer before it.
 */
#include <oneapi/dnnl/dnnl.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

using dnnl::memory;
using Dims = memory::dims;
using Floats = std::vector<float>;

extern "C" {
enum { ROW_MAJOR = 101, NOT_TRANSPOSED = 111, TRANSPOSED = 112 };
void cblas_sgemv(int order, int trans, int m, int n, float alpha, const float *a, int lda,
                 const float *x, int incx, float beta, float *y, int incy);
void cblas_sgemm(int order, int trans_a, int trans_b, int m, int n, int k, float alpha,
                 const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
}

struct Op {
    std::string name;
    std::vector<long> numbers;
    Floats weight, bias;
};

static Floats read_floats(const char *path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    Floats values(static_cast<size_t>(file.tellg()) / sizeof(float));
    file.seekg(0).read(reinterpret_cast<char *>(values.data()),
                       static_cast<std::streamsize>(values.size() * sizeof(float)));
    if (!file) {
        throw std::runtime_error(std::string("cannot read ") + path);
    }
    return values;
}

static std::vector<Op> read_network(const char *network, const char *weights) {
    const Floats floats = read_floats(weights);
    auto next = floats.begin();
    const auto take = [&next](long count) {
        const Floats taken(next, next + count);
        next += count;
        return taken;
    };
    std::vector<Op> ops;
    std::ifstream file(network);
    for (std::string line; std::getline(file, line);) {
        std::istringstream words(line);
        Op op;
        words >> op.name;
        for (long number; words >> number;) {
            op.numbers.push_back(number);
        }
        if (op.name == "dense") {
            op.weight = take(op.numbers[0] * op.numbers[1]);
            op.bias = take(op.numbers[0]);
        } else if (op.name == "conv2d") {
            op.weight = take(op.numbers[0] * op.numbers[1] * op.numbers[2] * op.numbers[3]);
            op.bias = take(op.numbers[0]);
        }
        ops.push_back(op);
    }
    return ops;
}

/* A network of oneDNN primitives for one batch. */
class OneDnn {
  public:
    OneDnn(const std::vector<Op> &ops, long batch, const Floats &images)
        : engine_(dnnl::engine::kind::cpu, 0), stream_(engine_) {
        Dims shape(ops[0].numbers.begin(), ops[0].numbers.end());
        shape.insert(shape.begin(), batch);
        memory value({shape, memory::data_type::f32, plain(shape)}, engine_);
        std::copy_n(images.begin(), batch * value_length(shape),
                    static_cast<float *>(value.get_data_handle()));
        for (size_t i = 1; i < ops.size(); i++) {
            const bool relu = i + 1 < ops.size() && ops[i + 1].name == "relu";
            value = add(ops[i], value, relu);
            i += relu ? 1 : 0;
        }
        output_ = reordered(value, {value.get_desc().dims(), memory::data_type::f32,
                                    plain(value.get_desc().dims())});
    }

    const float *run() {
        for (auto &[primitive, arguments] : steps_) {
            primitive.execute(stream_, arguments);
        }
        stream_.wait();
        return static_cast<const float *>(output_.get_data_handle());
    }

  private:
    using Arguments = std::unordered_map<int, memory>;

    static memory::format_tag plain(const Dims &dims) {
        return dims.size() == 4 ? memory::format_tag::nchw : memory::format_tag::nc;
    }
    static long value_length(const Dims &dims) {
        long length = 1;
        for (size_t i = 1; i < dims.size(); i++) {
            length *= dims[i];
        }
        return length;
    }
    static memory::desc any(const Dims &dims) {
        return {dims, memory::data_type::f32, memory::format_tag::any};
    }

    /* `value` in another layout, at each run. */
    memory reordered(const memory &value, const memory::desc &layout) {
        if (value.get_desc() == layout) {
            return value;
        }
        memory result(layout, engine_);
        steps_.push_back(
            {dnnl::reorder(value, result), {{DNNL_ARG_FROM, value}, {DNNL_ARG_TO, result}}});
        return result;
    }

    /* Weights in the layout that a primitive wants, once. */
    memory prepared(const Floats &values, const Dims &dims, memory::format_tag tag,
                    const memory::desc &layout) {
        memory from({dims, memory::data_type::f32, tag}, engine_);
        std::copy(values.begin(), values.end(), static_cast<float *>(from.get_data_handle()));
        memory to(layout, engine_);
        dnnl::reorder(from, to).execute(stream_, from, to);
        stream_.wait();
        return to;
    }

    static dnnl::primitive_attr attributes(bool relu) {
        dnnl::post_ops after;
        if (relu) {
            after.append_eltwise(1.0f, dnnl::algorithm::eltwise_relu, 0.0f, 0.0f);
        }
        dnnl::primitive_attr attr;
        attr.set_post_ops(after);
        return attr;
    }

    memory add(const Op &op, const memory &value, bool relu) {
        const Dims in = value.get_desc().dims();
        const auto &n = op.numbers;
        const auto inference = dnnl::prop_kind::forward_inference;
        if (op.name == "dense") {
            const Dims weight = in.size() == 4 ? Dims{n[0], in[1], in[2], in[3]} : Dims{n[0], n[1]};
            const dnnl::inner_product_forward::primitive_desc pd(
                {inference, any(in), any(weight), any({n[0]}), any({in[0], n[0]})},
                attributes(relu), engine_);
            const auto tag = in.size() == 4 ? memory::format_tag::oihw : memory::format_tag::oi;
            return weighted<dnnl::inner_product_forward>(pd, op, value, weight, tag);
        }
        if (op.name == "conv2d") {
            const Dims weight{n[0], n[1], n[2], n[3]}, stride{n[4], n[5]};
            const Dims before{n[6], n[7]}, after{n[8], n[9]};
            const Dims out{in[0], n[0], (in[2] + n[6] + n[8] - n[2]) / n[4] + 1,
                           (in[3] + n[7] + n[9] - n[3]) / n[5] + 1};
            const dnnl::convolution_forward::primitive_desc pd(
                {inference, dnnl::algorithm::convolution_auto, any(in), any(weight), any({n[0]}),
                 any(out), stride, before, after},
                attributes(relu), engine_);
            return weighted<dnnl::convolution_forward>(pd, op, value, weight,
                                                       memory::format_tag::oihw);
        }
        if (op.name == "maxpool2d") {
            const Dims size{n[0], n[1]}, stride{n[2], n[3]}, none{0, 0};
            const Dims out{in[0], in[1], (in[2] - n[0]) / n[2] + 1, (in[3] - n[1]) / n[3] + 1};
            const dnnl::pooling_forward::primitive_desc pd({inference, dnnl::algorithm::pooling_max,
                                                            value.get_desc(), any(out), stride,
                                                            size, none, none},
                                                           attributes(relu), engine_);
            memory result(pd.dst_desc(), engine_);
            steps_.push_back(
                {dnnl::pooling_forward(pd), {{DNNL_ARG_SRC, value}, {DNNL_ARG_DST, result}}});
            return result;
        }
        throw std::runtime_error("no oneDNN operator for " + op.name);
    }

    template <typename Primitive>
    memory weighted(const typename Primitive::primitive_desc &pd, const Op &op, const memory &value,
                    const Dims &weight, memory::format_tag tag) {
        const memory result(pd.dst_desc(), engine_);
        const memory input = reordered(value, pd.src_desc());
        steps_.push_back({Primitive(pd),
                          {{DNNL_ARG_SRC, input},
                           {DNNL_ARG_WEIGHTS, prepared(op.weight, weight, tag, pd.weights_desc())},
                           {DNNL_ARG_BIAS, prepared(op.bias, {op.numbers[0]}, memory::format_tag::x,
                                                    pd.bias_desc())},
                           {DNNL_ARG_DST, result}}});
        return result;
    }

    dnnl::engine engine_;
    dnnl::stream stream_;
    std::vector<std::pair<dnnl::primitive, Arguments>> steps_;
    memory output_;
};

/* The same by products with OpenBLAS; relu in a loop of its own. */
class OpenBlas {
  public:
    static bool can(const std::vector<Op> &ops) {
        return std::all_of(ops.begin() + 1, ops.end(),
                           [](const Op &op) { return op.name == "dense" || op.name == "relu"; });
    }

    OpenBlas(const std::vector<Op> &ops, long batch, const Floats &images)
        : ops_(ops), batch_(batch) {
        const long length =
            std::accumulate(ops[0].numbers.begin(), ops[0].numbers.end(), 1L, std::multiplies<>());
        values_.emplace_back(images.begin(), images.begin() + batch * length);
        for (size_t i = 1; i < ops.size(); i++) {
            values_.emplace_back(ops[i].name == "dense"
                                     ? static_cast<size_t>(batch * ops[i].numbers[0])
                                     : values_.back().size());
        }
    }

    const float *run() {
        for (size_t i = 1; i < ops_.size(); i++) {
            const Floats &in = values_[i - 1];
            Floats &out = values_[i];
            if (ops_[i].name == "relu") {
                std::transform(in.begin(), in.end(), out.begin(),
                               [](float x) { return x > 0.0f ? x : 0.0f; });
            } else {
                dense(ops_[i], in.data(), out.data());
            }
        }
        return values_.back().data();
    }

  private:
    void dense(const Op &op, const float *in, float *out) const {
        const int outputs = static_cast<int>(op.numbers[0]),
                  inputs = static_cast<int>(op.numbers[1]);
        for (long image = 0; image < batch_; image++) {
            std::copy(op.bias.begin(), op.bias.end(), out + image * outputs);
        }
        if (batch_ == 1) {
            cblas_sgemv(ROW_MAJOR, NOT_TRANSPOSED, outputs, inputs, 1.0f, op.weight.data(), inputs,
                        in, 1, 1.0f, out, 1);
        } else {
            cblas_sgemm(ROW_MAJOR, NOT_TRANSPOSED, TRANSPOSED, static_cast<int>(batch_), outputs,
                        inputs, 1.0f, in, inputs, op.weight.data(), inputs, 1.0f, out, outputs);
        }
    }

    const std::vector<Op> &ops_;
    long batch_;
    std::vector<Floats> values_;
};

/* Nanoseconds of the fastest of many runs, after two to warm up. */
static double shortest(const std::function<const float *()> &run) {
    using clock = std::chrono::steady_clock;
    run();
    run();
    double best = 1e300, sum = 0;
    for (int runs = 0; runs < 5 || sum < 1e9; runs++) {
        const auto start = clock::now();
        run();
        const std::chrono::duration<double, std::nano> took = clock::now() - start;
        best = std::min(best, took.count());
        sum += took.count();
    }
    return best;
}

static bool agree(const float *a, const float *b, long length) {
    return std::equal(a, a + length, b, [](float x, float y) {
        return std::fabs(x - y) <= 1e-3f * (1.0f + std::fabs(y));
    });
}

static void print(const std::string &model, long batch, const std::map<std::string, double> &ways,
                  const std::string &best, const Floats &logits) {
    const auto per_image = [&](double ns) { return ns / static_cast<double>(batch); };
    std::printf("{\"peer\": \"exact weights\", \"model\": \"%s\", \"batch\": %ld, ", model.c_str(),
                batch);
    std::printf("\"ns_per_image\": %f, \"way\": \"%s\", \"others_ns_per_image\": {",
                per_image(ways.at(best)), best.c_str());
    const char *comma = "";
    for (const auto &[way, ns] : ways) {
        std::printf("%s\"%s\": %f", comma, way.c_str(), per_image(ns));
        comma = ", ";
    }
    std::printf("}, \"labels\": [");
    const long classes = static_cast<long>(logits.size()) / batch;
    for (long image = 0; image < batch; image++) {
        const auto begin = logits.begin() + image * classes;
        std::printf("%s%ld", image == 0 ? "" : ", ",
                    static_cast<long>(std::max_element(begin, begin + classes) - begin));
    }
    std::printf("]}\n");
}

int main(int argc, char **argv) {
    if (argc < 6) {
        std::fprintf(stderr, "usage: %s MODEL NETWORK WEIGHTS IMAGES BATCH...\n", argv[0]);
        return 1;
    }
    const std::vector<Op> ops = read_network(argv[2], argv[3]);
    const Floats images = read_floats(argv[4]);
    for (int i = 5; i < argc; i++) {
        const long batch = std::stol(argv[i]);
        const long outputs = std::find_if(ops.rbegin(), ops.rend(), [](const Op &op) {
                                 return op.name == "dense";
                             })->numbers[0];
        OneDnn onednn(ops, batch, images);
        std::map<std::string, double> ways{{"oneDNN", shortest([&] { return onednn.run(); })}};
        std::map<std::string, const float *> logits{{"oneDNN", onednn.run()}};
        OpenBlas openblas(ops, batch, images);
        if (OpenBlas::can(ops)) {
            ways["OpenBLAS"] = shortest([&] { return openblas.run(); });
            logits["OpenBLAS"] = openblas.run();
        }
        for (const auto &[way, values] : logits) {
            if (!agree(values, logits["oneDNN"], batch * outputs)) {
                std::fprintf(stderr, "%s and oneDNN disagree on %s\n", way.c_str(), argv[1]);
                return 1;
            }
        }
        const auto best =
            std::min_element(ways.begin(), ways.end(), [](const auto &a, const auto &b) {
                return a.second < b.second;
            })->first;
        print(argv[1], batch, ways, best, {logits[best], logits[best] + batch * outputs});
    }
    return 0;
}
