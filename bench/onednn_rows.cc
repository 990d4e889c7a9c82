// onednn_rows.cc -- the recurrent layers of the rows of bench/rows in oneDNN (2.x), f32, one thread: its primitives alone, without
// dense layers, losses or optimisers. Takes names of rows, prints row<TAB>onednn<TAB>microseconds: CPU time, median of 11.
//     g++ -O2 onednn_rows.cc -ldnnl
#include <oneapi/dnnl/dnnl.hpp>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <string>
#include <unordered_map>
#include <vector>

namespace d = dnnl;
using Tag = d::memory::format_tag;
using Args = std::unordered_map<int, d::memory>;

static d::engine cpu(d::engine::kind::cpu, 0);
static d::stream queue(cpu);

template <class F> static double microseconds(F f)
{
    auto now = [] { timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return t.tv_sec * 1e6 + t.tv_nsec * 1e-3; };
    f(), f();
    double begun = now();
    f();
    const long calls = std::max(1L, (long)(3e4 / (now() - begun + 1e-3)));
    std::vector<double> took;
    for (int round = 0; round < 11; round++) {
        begun = now();
        for (long i = 0; i < calls; i++)
            f();
        took.push_back((now() - begun) / (double)calls);
    }
    std::sort(took.begin(), took.end());
    return took[5];
}

static d::memory filled(const d::memory::desc &like, float size)
{
    d::memory m(like, cpu);
    auto *x = (float *)m.get_data_handle();
    for (size_t i = 0; i < like.get_size() / sizeof *x; i++)
        x[i] = size * ((float)((i * 37 + 11) % 101) / 101 - 0.5f);
    return m;
}

static d::memory::desc plain(d::memory::dims dims, Tag tag) { return { dims, d::memory::data_type::f32, tag }; }

// as the primitive wants them: packed, they are more than numbers, and only a reorder knows how
static d::memory weights(const d::memory::desc &from, const d::memory::desc &like)
{
    d::memory m = filled(from, 0.1f), to(like, cpu);
    d::reorder(m, to).execute(queue, m, to);
    queue.wait();
    return to;
}

struct Lstm {
    using Forward = d::lstm_forward;
    using Backward = d::lstm_backward;
    static constexpr int gates = 4, biases = 4, states = 2;
};
struct Gru {                                                // the reset gate after the product, as PyTorch's
    using Forward = d::lbr_gru_forward;
    using Backward = d::lbr_gru_backward;
    static constexpr int gates = 3, biases = 4, states = 1;
};
struct Tanh {
    using Forward = d::vanilla_rnn_forward;
    using Backward = d::vanilla_rnn_backward;
    static constexpr int gates = 1, biases = 1, states = 1;
};

template <class Cell> struct Layer {
    Args in, back;
    d::primitive forward, backward;

    Layer(int steps, int batch, int size_in, int size, bool train)
    {
        const auto any = Tag::any;
        const auto x = plain({ steps, batch, size_in }, Tag::tnc), y = plain({ steps, batch, size }, Tag::tnc);
        const auto h = plain({ 1, 1, batch, size }, Tag::ldnc), b = plain({ 1, 1, Cell::biases, size }, Tag::ldgo);
        const auto w = plain({ 1, 1, size_in, Cell::gates, size }, any), u = plain({ 1, 1, size, Cell::gates, size }, any);
        const auto w_plain = plain({ 1, 1, size_in, Cell::gates, size }, Tag::ldigo), u_plain = plain({ 1, 1, size, Cell::gates, size }, Tag::ldigo);
        const auto kind = train ? d::prop_kind::forward_training : d::prop_kind::forward_inference;
        const auto way = d::rnn_direction::unidirectional_left2right;
        const auto desc = [&] {
            if constexpr (Cell::states == 2)
                return typename Cell::Forward::desc(kind, way, x, h, h, w, u, b, y, h, h);
            else if constexpr (Cell::gates == 1)
                return typename Cell::Forward::desc(kind, d::algorithm::eltwise_tanh, way, x, h, w, u, b, y, h);
            else
                return typename Cell::Forward::desc(kind, way, x, h, w, u, b, y, h);
        }();
        const typename Cell::Forward::primitive_desc chosen(desc, cpu);
        forward = typename Cell::Forward(chosen);
        in = { { DNNL_ARG_SRC_LAYER, filled(x, 2) }, { DNNL_ARG_SRC_ITER, filled(h, 0) },
               { DNNL_ARG_WEIGHTS_LAYER, weights(w_plain, chosen.weights_layer_desc()) },
               { DNNL_ARG_WEIGHTS_ITER, weights(u_plain, chosen.weights_iter_desc()) }, { DNNL_ARG_BIAS, filled(b, 0.1f) },
               { DNNL_ARG_DST_LAYER, filled(y, 0) }, { DNNL_ARG_DST_ITER, filled(h, 0) } };
        if (Cell::states == 2)
            in[DNNL_ARG_SRC_ITER_C] = filled(h, 0), in[DNNL_ARG_DST_ITER_C] = filled(h, 0);
        if (!train)
            return;
        in[DNNL_ARG_WORKSPACE] = d::memory(chosen.workspace_desc(), cpu);
        const auto all = d::prop_kind::backward;
        const auto back_desc = [&] {
            if constexpr (Cell::states == 2)
                return typename Cell::Backward::desc(all, way, x, h, h, w, u, b, y, h, h, x, h, h, w, u, b, y, h, h);
            else if constexpr (Cell::gates == 1)
                return typename Cell::Backward::desc(all, d::algorithm::eltwise_tanh, way, x, h, w, u, b, y, h, x, h, w, u, b, y, h);
            else
                return typename Cell::Backward::desc(all, way, x, h, w, u, b, y, h, x, h, w, u, b, y, h);
        }();
        const typename Cell::Backward::primitive_desc other(back_desc, cpu, chosen);
        backward = typename Cell::Backward(other);
        back = in;
        back[DNNL_ARG_WEIGHTS_LAYER] = weights(w_plain, other.weights_layer_desc());
        back[DNNL_ARG_WEIGHTS_ITER] = weights(u_plain, other.weights_iter_desc());
        back[DNNL_ARG_DIFF_SRC_LAYER] = filled(x, 0), back[DNNL_ARG_DIFF_SRC_ITER] = filled(h, 0);
        back[DNNL_ARG_DIFF_WEIGHTS_LAYER] = filled(other.diff_weights_layer_desc(), 0);
        back[DNNL_ARG_DIFF_WEIGHTS_ITER] = filled(other.diff_weights_iter_desc(), 0);
        back[DNNL_ARG_DIFF_BIAS] = filled(b, 0);
        back[DNNL_ARG_DIFF_DST_LAYER] = filled(y, 1e-3f), back[DNNL_ARG_DIFF_DST_ITER] = filled(h, 1e-3f);
        if (Cell::states == 2)
            back[DNNL_ARG_DIFF_SRC_ITER_C] = filled(h, 0), back[DNNL_ARG_DIFF_DST_ITER_C] = filled(h, 1e-3f);
    }

    void run()                                               // and hand the state on
    {
        forward.execute(queue, in);
        queue.wait();
        std::swap(in[DNNL_ARG_SRC_ITER], in[DNNL_ARG_DST_ITER]);
        if (Cell::states == 2)
            std::swap(in[DNNL_ARG_SRC_ITER_C], in[DNNL_ARG_DST_ITER_C]);
    }

    void train()                                             // it adds to gradients, so they begin at 0
    {
        forward.execute(queue, in);
        for (int g : { DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS })
            memset(back[g].get_data_handle(), 0, back[g].get_desc().get_size());
        backward.execute(queue, back);
        queue.wait();
    }
};

template <class Cell> static void infer(const std::string &row, int size_in, int size)
{
    Layer<Cell> one(1, 1, size_in, size, false), many(256, 1, size_in, size, false);
    one.run();
    const auto *y = (const float *)one.in[DNNL_ARG_DST_LAYER].get_data_handle();
    if (std::all_of(y, y + size, [](float v) { return v == 0; })) {
        fprintf(stderr, "%s: oneDNN computes nothing\n", row.c_str());
        return;
    }
    printf("%s\tonednn\t%.4g\n", row.c_str(), microseconds([&] { one.run(); }));
    printf("%s.sequence\tonednn\t%.4g\n", row.c_str(), microseconds([&] { many.run(); }) / 256);
}

template <class Cell> static void train(const std::string &row, int steps, int batch, std::vector<int> sizes)
{
    double sum = 0;                                          // layer after layer
    for (size_t i = 0; i + 1 < sizes.size(); i++) {
        Layer<Cell> layer(steps, batch, sizes[i], sizes[i + 1], true);
        sum += microseconds([&] { layer.train(); });
    }
    printf("%s\tonednn\t%.4g\n", row.c_str(), sum);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const std::string row = argv[i];
        if (row == "I1") infer<Lstm>(row, 1, 16);
        if (row == "I2") infer<Lstm>(row, 1, 40);
        if (row == "I3") infer<Gru>(row, 32, 64);
        if (row == "I4") infer<Lstm>(row, 64, 128);
        if (row == "I5") infer<Lstm>(row, 256, 256);
        if (row == "I6") infer<Lstm>(row, 512, 512);
        if (row == "I7") infer<Tanh>(row, 65, 100);
        if (row == "T1") train<Tanh>(row, 25, 1, { 65, 100 });
        if (row == "T2") train<Lstm>(row, 50, 50, { 65, 128, 128 });
        if (row == "T3") train<Lstm>(row, 64, 64, { 256, 512 });
        if (row == "T4") train<Gru>(row, 100, 32, { 64, 64 });
        if (row == "T5") train<Tanh>(row, 50, 32, { 1, 20, 20 });
    }
}
