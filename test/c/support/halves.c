#include "support/halves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/guarded.h"

enum { TILE = 8, HALVES_A_TAP = 2 * TILE, HEADER = 4 * TILE };

double half_value(pfp_half bits) {
    const int exponent = (bits >> 10) & 31;
    const int digits = bits & 1023;
    double magnitude = ldexp(digits, -24);
    if (exponent == 31) {
        magnitude = digits == 0 ? (double)INFINITY : (double)NAN;
    } else if (exponent > 0) {
        magnitude = ldexp(1024 + digits, exponent - 25);
    }
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

pfp_half half_nearest(double value) {
    const unsigned sign = signbit(value) ? 0x8000u : 0u;
    const double magnitude = fabs(value);
    if (isnan(value)) {
        return 0x7E00;
    }
    if (magnitude >= 65520.0) {
        return (pfp_half)(sign | 0x7C00u);
    }
    int exponent = 0;
    frexp(magnitude, &exponent); /* magnitude in [2^(exponent - 1), 2^exponent) */
    if (magnitude == 0.0 || exponent < -13) {
        exponent = -13;
    }
    /* Steps of 2^(exponent - 11), rounded to even by rint; 2048 of them carry. */
    const unsigned steps = (unsigned)rint(ldexp(magnitude, 11 - exponent));
    return (pfp_half)(sign | ((unsigned)(exponent + 13) * 1024u + steps));
}

double half_rounding(double value) {
    return 1.01 * (0x1p-11 * fabs(value) + 0x1p-25);
}

/* A power of two `scale` for which max / scale lies in (most / 2, most], or 1 for a max of zero. */
static float power_scale(double max, double most) {
    if (max == 0.0) {
        return 1.0f;
    }
    return (float)exp2(ceil(log2(max / most)));
}

static void pack(half_layer *h) {
    const linear *l = h->l;
    const size_t panel_halves = 2 * HEADER + HALVES_A_TAP * l->k_len;
    const size_t panels = (l->out_len + TILE - 1) / TILE;
    pfp_half *packed = guarded_halves(panels * panel_halves);
    memset(packed, 0, panels * panel_halves * sizeof *packed);
    for (size_t out = 0; out < l->out_len; out++) {
        pfp_half *panel = packed + out / TILE * panel_halves;
        const size_t lane = out % TILE;
        const float header[4] = {l->bias_mean[out], l->bias_var[out], h->sm[out], h->sv[out]};
        for (size_t i = 0; i < 4; i++) {
            memcpy(panel + 2 * (i * TILE + lane), &header[i], sizeof(float));
        }
        /* Outputs 0, 4, 1, 5, 2, 6, 3, 7. */
        pfp_half *at = panel + 2 * HEADER + 2 * (lane % 4) + lane / 4;
        for (size_t k = 0; k < l->k_len; k++, at += HALVES_A_TAP) {
            at[0] = half_nearest(h->q[out * l->k_len + k]);
            at[TILE] = half_nearest(h->w[out * l->k_len + k]);
        }
    }
    h->packed = packed;
}

/* GCC 12 crashes on a loop of fmax. */
static double larger(double a, double b) {
    return a > b ? a : b;
}

static void scale_row(half_layer *h, size_t out) {
    const linear *l = h->l;
    double mean_max = 0.0, var_max = 0.0;
    for (size_t i = out * l->k_len; i < (out + 1) * l->k_len; i++) {
        mean_max = larger(mean_max, fabs((double)l->weight_mean[i]));
        var_max = larger(var_max, (double)l->weight_var[i]);
    }
    h->sm[out] = power_scale(mean_max, 1.0);
    h->sv[out] = power_scale(var_max, 0x1p-5);
    for (size_t i = out * l->k_len; i < (out + 1) * l->k_len; i++) {
        h->q[i] = half_value(half_nearest((double)l->weight_mean[i] / (double)h->sm[out]));
        h->w[i] = half_value(half_nearest((double)l->weight_var[i] / (double)h->sv[out]));
    }
}

static void *zeros(size_t bytes) {
    void *memory = calloc(bytes, 1);
    assert_non_null(memory);
    return memory;
}

half_layer half_layer_new(const linear *l, float scale) {
    half_layer h;
    h.l = l;
    h.in_mean = guarded_halves(l->in_len);
    h.in_var = guarded_halves(l->in_len);
    h.in = l->in_mean;
    for (size_t i = 0; i < l->in_len; i++) {
        h.in_mean[i] = half_nearest((double)l->in_mean[i]);
        h.in_var[i] = half_nearest((double)l->in_var[i]);
    }
    h.shift = guarded_floats(l->planes + 1);
    memcpy(h.shift, l->shift, l->planes * sizeof(float));
    h.shift[l->planes] = scale;
    h.q = zeros(l->out_len * l->k_len * sizeof(double));
    h.w = zeros(l->out_len * l->k_len * sizeof(double));
    h.sm = zeros(l->out_len * sizeof(float));
    h.sv = zeros(l->out_len * sizeof(float));
    for (size_t out = 0; out < l->out_len; out++) {
        scale_row(&h, out);
    }
    pack(&h);
    return h;
}

void half_layer_free(half_layer *h) {
    free(h->q);
    free(h->w);
    free(h->sm);
    free(h->sv);
}

/* One operation of fp16 arithmetic. */
static double rounded(double value) {
    return half_value(half_nearest(value));
}

/* An input as a kernel sees it: m, v and v + m^2. */
typedef struct inputs {
    double m, v, m2;
} inputs;

static inputs input_at(const half_layer *h, int det, const half_tap *tap) {
    inputs in;
    if (det) {
        const float less = h->in[tap->in] - h->shift[tap->plane];
        in.m = rounded((double)(less * h->shift[h->l->planes]));
        in.v = 0.0;
    } else {
        in.m = half_value(h->in_mean[tap->in]);
        in.v = half_value(h->in_var[tap->in]);
    }
    in.m2 = rounded(in.v + in.m * in.m);
    return in;
}

/* Sums of floats, and of the run in halves that is to be added to them. */
typedef struct sums {
    float wide[3];
    double run[3];
} sums;

static void widen_run(sums *s) {
    for (size_t i = 0; i < 3; i++) {
        s->wide[i] += (float)s->run[i];
        s->run[i] = 0.0;
    }
}

void half_sums(const half_layer *h, int det, const half_tap *taps, size_t count, size_t out,
               float *mean, float *var) {
    sums s = {{0.0f, 0.0f, 0.0f}, {0.0, 0.0, 0.0}};
    for (size_t i = 0; i < count; i++) {
        const half_tap *tap = &taps[i];
        if (tap->starts) {
            widen_run(&s);
        }
        if (tap->in < 0) {
            continue;
        }
        const inputs in = input_at(h, det, tap);
        const double q = h->q[out * h->l->k_len + tap->k];
        const double w = h->w[out * h->l->k_len + tap->k];
        /* Products of halves are exact; where a sum is not, it is far from any tie. */
        s.run[0] = rounded(in.m * q + s.run[0]);
        s.run[1] = rounded(in.v * rounded(q * q) + s.run[1]);
        s.run[2] = rounded(in.m2 * w + s.run[2]);
    }
    widen_run(&s);
    const float sm = h->sm[out];
    *mean = fmaf(s.wide[0], sm, h->l->bias_mean[out]);
    *var = fmaf(s.wide[2], h->sv[out], h->l->bias_var[out]);
    if (!det) {
        *var = fmaf(s.wide[1], sm * sm, *var);
    }
}

/* Every run rounds 32 times and its terms twice more; halves below 2^-14 have steps of 2^-24. */
static void check_bound(const half_layer *h, int det, const half_tap *taps, size_t count,
                        size_t out, float mean, float var) {
    const double sm = (double)h->sm[out], sv = (double)h->sv[out];
    double want_mean = (double)h->l->bias_mean[out], want_var = (double)h->l->bias_var[out];
    double magnitude = fabs(want_mean), m2_max = 0.0;
    for (size_t i = 0; i < count; i++) {
        if (taps[i].in >= 0) {
            const inputs in = input_at(h, det, &taps[i]);
            const double q = h->q[out * h->l->k_len + taps[i].k] * sm;
            const double w = h->w[out * h->l->k_len + taps[i].k] * sv;
            const double m2 = in.v + in.m * in.m;
            want_mean += in.m * q;
            magnitude += fabs(in.m * q);
            want_var += in.v * q * q + m2 * w;
            m2_max = larger(m2_max, m2);
        }
    }
    const double relative = 34.0 * 0x1p-11, steps = (double)count * 0x1p-24;
    check_close("mean", out, mean, want_mean, relative * magnitude + steps * sm);
    check_close("var", out, var, want_var,
                relative * want_var + steps * (1.0 + m2_max) * (sm * sm + sv));
}

void half_check(const half_layer *h, int det, const half_tap *taps, size_t count, size_t out,
                size_t index, pfp_half mean, pfp_half var) {
    float want_mean, want_var;
    half_sums(h, det, taps, count, out, &want_mean, &want_var);
    check_bound(h, det, taps, count, out, want_mean, want_var);
    if (mean != half_nearest((double)want_mean) || var != half_nearest((double)want_var)) {
        check_fail("[%lu] is %.9g, %.9g instead of %.9g, %.9g", (unsigned long)index,
                   half_value(mean), half_value(var), (double)want_mean, (double)want_var);
    }
}
