/*
 * Draws one layer by Monte-Carlo: inputs from N(mean, var), weights from N(mean, sd^2), all
 * independent, and writes what the outputs were. It knows nothing of the library: the layer and the
 * Gaussian that enters it come from a file.
 *
 *   monte_carlo LAYER OUT SEED
 *
 * LAYER, little endian: uint32 { kind, batches, draws per batch, in_h, in_w, in_c, out_h, out_w,
 * out_c, window_h, window_w, stride_h, stride_w, pad_top, pad_left }, then float32 in_mean[in],
 * in_var[in], center[out], and for kind linear weight_mean[out_c*k], weight_sd[out_c*k],
 * bias_mean[out_c], bias_sd[out_c] with k = window_h*window_w*in_c. Activations are H, W, C.
 * OUT: float64 [batches][2][out]: mean of y - center and mean of (y - center)^2 over a batch.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum kind { LINEAR = 0, RELU = 1, MAXPOOL = 2, MAXPOOL_RELU = 3 };

typedef struct layer {
    uint32_t kind, batches, draws;
    uint32_t in_h, in_w, in_c, out_h, out_w, out_c;
    uint32_t window_h, window_w, stride_h, stride_w, pad_top, pad_left;
} layer;

static uint64_t state;

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t random_bits(void) {
    uint64_t z = (state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static double random_unit(void) {
    return ((double)(random_bits() >> 11) + 0.5) * 0x1.0p-53;
}

enum { LAYERS = 128 };
static const double TAIL = 3.442619855899, AREA = 9.91256303526217e-3;
static double edge[LAYERS + 1], ratio[LAYERS];

/* Tables of the ziggurat (Marsaglia, Tsang 2000) with 128 layers. */
static void prepare_normals(void) {
    double density = exp(-0.5 * TAIL * TAIL);
    edge[0] = AREA / density;
    edge[1] = TAIL;
    for (int i = 2; i < LAYERS; i++) {
        edge[i] = sqrt(-2 * log(AREA / edge[i - 1] + density));
        density = exp(-0.5 * edge[i] * edge[i]);
    }
    edge[LAYERS] = 0;
    for (int i = 0; i < LAYERS; i++)
        ratio[i] = edge[i + 1] / edge[i];
}

static float random_normal(void) {
    for (;;) {
        uint64_t bits = random_bits();
        int i = (int)(bits & (LAYERS - 1));
        double u = (double)((int64_t)bits >> 11) * 0x1.0p-52;
        double x = u * edge[i];
        if (fabs(u) < ratio[i])
            return (float)x;
        if (i == 0) {
            double tail, y;
            do {
                tail = -log(random_unit()) / TAIL;
                y = -log(random_unit());
            } while (2 * y < tail * tail);
            return (float)(u < 0 ? -TAIL - tail : TAIL + tail);
        }
        double low = exp(-0.5 * (edge[i] * edge[i] - x * x));
        double high = exp(-0.5 * (edge[i + 1] * edge[i + 1] - x * x));
        if (high + random_unit() * (low - high) < 1.0)
            return (float)x;
    }
}

static void *need(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fprintf(stderr, "monte_carlo: out of memory\n");
        exit(2);
    }
    return memory;
}

static float *read_floats(FILE *file, size_t count) {
    float *values = need(count, sizeof *values);
    if (fread(values, sizeof *values, count, file) != count) {
        fprintf(stderr, "monte_carlo: the layer file is too short\n");
        exit(2);
    }
    return values;
}

static void draw(size_t n, const float *mean, const float *sd, float *out) {
    for (size_t i = 0; i < n; i++)
        out[i] = mean[i] + sd[i] * random_normal();
}

/* y[p][c] = bias[c] + sum_k weight[k][c] * x[patch p][k]; channels run fastest. */
static void linear(const layer *l, const float *x, const float *weight, const float *bias,
                   float *y) {
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++) {
            float *out = y + ((size_t)oy * l->out_w + ox) * l->out_c;
            for (uint32_t c = 0; c < l->out_c; c++)
                out[c] = bias[c];
            for (uint32_t ky = 0; ky < l->window_h; ky++)
                for (uint32_t kx = 0; kx < l->window_w; kx++) {
                    uint32_t iy = oy * l->stride_h + ky - l->pad_top;
                    uint32_t ix = ox * l->stride_w + kx - l->pad_left;
                    if (iy >= l->in_h || ix >= l->in_w)
                        continue;
                    const float *in = x + ((size_t)iy * l->in_w + ix) * l->in_c;
                    const float *w = weight + ((size_t)ky * l->window_w + kx) * l->in_c * l->out_c;
                    for (uint32_t i = 0; i < l->in_c; i++, w += l->out_c)
                        for (uint32_t c = 0; c < l->out_c; c++)
                            out[c] += w[c] * in[i];
                }
        }
}

static void maxpool(const layer *l, const float *x, float *y) {
    for (uint32_t oy = 0; oy < l->out_h; oy++)
        for (uint32_t ox = 0; ox < l->out_w; ox++)
            for (uint32_t c = 0; c < l->out_c; c++) {
                float best = -INFINITY;
                for (uint32_t wy = 0; wy < l->window_h; wy++)
                    for (uint32_t wx = 0; wx < l->window_w; wx++) {
                        size_t at =
                            (size_t)(oy * l->stride_h + wy) * l->in_w + ox * l->stride_w + wx;
                        best = fmaxf(best, x[at * l->in_c + c]);
                    }
                y[((size_t)oy * l->out_w + ox) * l->out_c + c] = best;
            }
}

/* [out][k] to [k][out], so that the inner loop of `linear` runs over outputs. */
static float *transposed(const float *rows, size_t out, size_t k) {
    float *columns = need(out * k, sizeof *columns);
    for (size_t o = 0; o < out; o++)
        for (size_t i = 0; i < k; i++)
            columns[i * out + o] = rows[o * k + i];
    return columns;
}

int main(int argc, char **argv) {
    FILE *file = argc == 4 ? fopen(argv[1], "rb") : NULL;
    layer l;
    if (!file || fread(&l, sizeof l, 1, file) != 1) {
        fprintf(stderr, "usage: monte_carlo LAYER OUT SEED\n");
        return 2;
    }
    state = strtoull(argv[3], NULL, 10);
    prepare_normals();

    size_t in = (size_t)l.in_h * l.in_w * l.in_c, out = (size_t)l.out_h * l.out_w * l.out_c;
    size_t k = l.kind == LINEAR ? (size_t)l.window_h * l.window_w * l.in_c : 0;
    float *in_mean = read_floats(file, in), *in_sd = read_floats(file, in);
    float *center = read_floats(file, out);
    float *weight_mean = transposed(read_floats(file, l.out_c * k), l.out_c, k);
    float *weight_sd = transposed(read_floats(file, l.out_c * k), l.out_c, k);
    float *bias_mean = read_floats(file, k ? l.out_c : 0);
    float *bias_sd = read_floats(file, k ? l.out_c : 0);
    fclose(file);
    for (size_t i = 0; i < in; i++)
        in_sd[i] = sqrtf(in_sd[i]);

    float *x = need(in, sizeof *x), *y = need(out, sizeof *y);
    float *weight = need(l.out_c * k, sizeof *weight), *bias = need(l.out_c, sizeof *bias);
    double *sums = need(2 * out, sizeof *sums);
    FILE *result = fopen(argv[2], "wb");
    if (!result)
        return 2;
    for (uint32_t batch = 0; batch < l.batches; batch++) {
        for (size_t i = 0; i < 2 * out; i++)
            sums[i] = 0;
        for (uint32_t d = 0; d < l.draws; d++) {
            draw(in, in_mean, in_sd, x);
            if (l.kind == LINEAR) {
                draw(l.out_c * k, weight_mean, weight_sd, weight);
                draw(l.out_c, bias_mean, bias_sd, bias);
                linear(&l, x, weight, bias, y);
            } else if (l.kind == RELU) {
                for (size_t i = 0; i < out; i++)
                    y[i] = fmaxf(x[i], 0);
            } else {
                maxpool(&l, x, y);
                for (size_t i = 0; l.kind == MAXPOOL_RELU && i < out; i++)
                    y[i] = fmaxf(y[i], 0);
            }
            for (size_t i = 0; i < out; i++) {
                double off = (double)y[i] - center[i];
                sums[i] += off;
                sums[out + i] += off * off;
            }
        }
        for (size_t i = 0; i < 2 * out; i++)
            sums[i] /= l.draws;
        if (fwrite(sums, sizeof *sums, 2 * out, result) != 2 * out)
            return 2;
    }
    return fclose(result) ? 2 : 0;
}
