#include "support/stored.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/guarded.h"

enum { TILE = 8 };

/* `x` > 0 rounded up to `digits` binary digits. */
static double few_digits(double x, int digits) {
    int exponent;
    const double fraction = frexp(x, &exponent);
    return ldexp(ceil(ldexp(fraction, digits)), exponent - digits);
}

/* The largest of |values[0..len)|. */
static double largest(const float *values, size_t len) {
    double max = 0.0;
    for (size_t i = 0; i < len; i++) {
        const double magnitude = fabs((double)values[i]);
        max = magnitude > max ? magnitude : max;
    }
    return max;
}

static void put16(uint8_t *at, unsigned bits) {
    at[0] = (uint8_t)(bits & 255u);
    at[1] = (uint8_t)(bits >> 8);
}

/* Writes the half nearest to `x` and returns its value. */
static double put_half(uint8_t *at, double x) {
    int exponent = 0;
    frexp(x, &exponent);
    exponent = exponent - 1 < -14 ? -14 : exponent - 1; /* that of the leading digit */
    double digits = rint(ldexp(fabs(x), 10 - exponent));
    if (digits >= 2048.0) {
        digits /= 2.0;
        exponent++;
    }
    const unsigned magnitude = digits < 1024.0
                                   ? (unsigned)digits
                                   : (unsigned)(exponent + 15) << 10 | ((unsigned)digits - 1024u);
    put16(at, magnitude | (x < 0.0 ? 0x8000u : 0u));
    return copysign(ldexp(digits, exponent - 10), x);
}

static uint32_t float_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static float bits_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* One word of bf16: a variance below, above it the mean that is nearest with it. */
static void put_bf16(uint8_t *at, float *mean, float *var) {
    const uint32_t low = (float_bits(*var) + 0x7FFFu + (float_bits(*var) >> 16 & 1u)) >> 16;
    const uint32_t start = float_bits(*mean) >> 16;
    uint32_t best = start;
    for (int step = -1; step <= 1; step++) {
        const uint32_t high = (start + (uint32_t)step) & 0xFFFFu;
        const double value = (double)bits_float(high << 16 | low);
        const double chosen = (double)bits_float(best << 16 | low);
        if (isfinite(value) && fabs(value - (double)*mean) < fabs(chosen - (double)*mean)) {
            best = high;
        }
    }
    put16(at, low);
    put16(at + 2, best);
    *mean = bits_float(best << 16 | low);
    *var = bits_float(low << 16);
}

/* Quantised parameters of one output: whole numbers and what one of them stands for. */
typedef struct scales {
    double mean, var;
} scales;

static scales scales_f16(const float *mean, const float *var, size_t len) {
    scales s = {1.0, 1.0};
    int exponent;
    if (largest(mean, len) > 0.0) {
        frexp(largest(mean, len), &exponent);
        s.mean = ldexp(1.0, exponent - 15);
    }
    if (largest(var, len) > 0.0) {
        frexp(largest(var, len), &exponent);
        s.var = ldexp(1.0, exponent - 15);
    }
    return s;
}

static scales scales_i8(const float *mean, const float *var, size_t len, double sd_steps) {
    scales s = {0.0, 0.0};
    if (largest(mean, len) > 0.0) {
        s.mean = few_digits(largest(mean, len) / 127.0, 12);
    }
    if (largest(var, len) > 0.0) {
        s.var = few_digits(largest(var, len) / (sd_steps * sd_steps), 8);
    }
    return s;
}

/* Replaces a mean and a variance by what is nearest to them, and returns their whole numbers. */
static uint8_t quantise_mean(float *mean, double scale) {
    const double steps = scale > 0.0 ? rint((double)*mean / scale) : 0.0;
    *mean = (float)(steps * scale);
    return (uint8_t)((int)steps & 255);
}

static uint8_t quantise_var(float *var, double scale) {
    const double steps = scale > 0.0 ? rint(sqrt((double)*var / scale)) : 0.0;
    *var = (float)(steps * steps * scale);
    return (uint8_t)steps;
}

static size_t panel_bytes(const char *format, size_t k_len) {
    if (strcmp(format, "i8u8") == 0) {
        return 128 + 16 * k_len;
    }
    if (strcmp(format, "i8u4") == 0) {
        return 128 + 24 * (k_len / 2) + 16 * (k_len % 2);
    }
    return (strcmp(format, "bf16") == 0 ? 64 : 128) + 32 * k_len;
}

static void pack_f16(uint8_t *at, size_t j, float *mean, float *var, size_t len, scales s) {
    for (size_t k = 0; k < len; k++, at += 32) {
        const size_t place = 2 * (j < 4 ? 2 * j : 2 * (j - 4) + 1);
        mean[k] = (float)(put_half(at + place, (double)mean[k] / s.mean) * s.mean);
        var[k] = (float)(put_half(at + 16 + place, (double)var[k] / s.var) * s.var);
    }
}

static void pack_i8(uint8_t *at, size_t j, float *mean, float *var, size_t len, scales s,
                    int four_bits) {
    for (size_t k = 0; k < len; k++) {
        const uint8_t q = quantise_mean(&mean[k], s.mean);
        const uint8_t u = quantise_var(&var[k], s.var);
        if (k % 2 == 0 && k + 1 == len) {
            at[j] = q;
            at[8 + j] = u;
        } else if (four_bits) {
            at[k % 2 * 8 + j] = q;
            at[16 + j] = (uint8_t)(k % 2 == 0 ? u : at[16 + j] | u << 4);
            at += k % 2 * 24;
        } else {
            at[k % 2 * 8 + j] = q;
            at[16 + 2 * j + k % 2] = u;
            at += k % 2 * 32;
        }
    }
}

static void pack_bf16(uint8_t *at, size_t j, float *mean, float *var, size_t len) {
    for (size_t k = 0; k < len; k++, at += 32) {
        put_bf16(at + 4 * j, &mean[k], &var[k]);
    }
}

static float *copy(const float *values, size_t len) {
    float *copied = guarded_floats(len);
    memcpy(copied, values, len * sizeof *values);
    return copied;
}

static void pack_output(uint8_t *panel, size_t j, const linear *l, size_t out, const char *format) {
    float *mean = l->weight_mean + out * l->k_len;
    float *var = l->weight_var + out * l->k_len;
    float header[4] = {l->bias_mean[out], l->bias_var[out], 1.0f, 1.0f};
    if (strcmp(format, "bf16") == 0) {
        pack_bf16(panel + 64, j, mean, var, l->k_len);
    } else {
        const int four_bits = strcmp(format, "i8u4") == 0;
        const int halves = strcmp(format, "f16") == 0;
        const scales s = halves ? scales_f16(mean, var, l->k_len)
                                : scales_i8(mean, var, l->k_len, four_bits ? 15.0 : 255.0);
        header[2] = (float)s.mean;
        header[3] = (float)s.var;
        if (halves) {
            pack_f16(panel + 128, j, mean, var, l->k_len, s);
        } else {
            pack_i8(panel + 128, j, mean, var, l->k_len, s, four_bits);
        }
    }
    for (size_t i = 0; i < (strcmp(format, "bf16") == 0 ? 2u : 4u); i++) {
        memcpy(panel + sizeof(float) * (i * TILE + j), &header[i], sizeof(float));
    }
}

stored stored_pack(const linear *l, const char *format) {
    stored s;
    const size_t bytes = panel_bytes(format, l->k_len);
    const size_t panels = (l->out_len + TILE - 1) / TILE;
    s.packed = guarded_floats(panels * bytes / sizeof(float));
    memset(s.packed, 0, panels * bytes);
    s.unpacked = *l;
    s.unpacked.weight_mean = copy(l->weight_mean, l->out_len * l->k_len);
    s.unpacked.weight_var = copy(l->weight_var, l->out_len * l->k_len);
    s.denormal = 0.0;
    if (strcmp(format, "bf16") == 0) {
        /* A mean of zero leaves a word that is denormal, which Helium takes as zero. */
        s.denormal = (double)FLT_MIN;
        for (size_t k = 0; k < l->in_len; k++) {
            s.denormal += (double)FLT_MIN * fabs((double)l->in_mean[k]);
        }
    }
    s.in_pairs = strcmp(format, "i8u8") == 0 || strcmp(format, "i8u4") == 0;
    if (strcmp(format, "f16") != 0) {
        s.unpacked.kind = DRAW_TYPICAL; /* whole numbers do not stay whole */
    }
    for (size_t out = 0; out < l->out_len; out++) {
        uint8_t *panel = (uint8_t *)s.packed + out / TILE * bytes;
        pack_output(panel, out % TILE, &s.unpacked, out, format);
    }
    return s;
}

static double m2(const linear *l, int exact, size_t k) {
    const float shift = exact ? l->shift[k / (l->in_len / l->planes)] : 0.0f;
    const double m = (double)(l->in_mean[k] - shift);
    return m * m + (exact ? 0.0 : (double)l->in_var[k]);
}

double stored_dense_residue(const stored *s, int exact, size_t out) {
    const linear *l = &s->unpacked;
    double residue = 0.0;
    for (size_t k = 0; s->in_pairs && k + 1 < l->k_len; k += 2) {
        residue += 0x1p-16 * m2(l, exact, k + 1) * (double)l->weight_var[out * l->k_len + k];
    }
    return 2.0 * residue;
}

double stored_conv2d_residue(const stored *s, int exact, size_t out) {
    const linear *l = &s->unpacked;
    double largest_m2 = 0.0, residue = 0.0;
    for (size_t k = 0; k < l->in_len; k++) {
        largest_m2 = m2(l, exact, k) > largest_m2 ? m2(l, exact, k) : largest_m2;
    }
    for (size_t k = 0; s->in_pairs && k + 1 < l->k_len; k += 2) {
        residue += 0x1p-16 * largest_m2 * (double)l->weight_var[out * l->k_len + k];
    }
    return 2.0 * residue;
}

void stored_check(const stored *s, const linear_moments *want, double residue, size_t index,
                  float mean, float var) {
    const double rounding = s->unpacked.kind == DRAW_WHOLE ? 0.0 : 0x1p-24;
    const double terms = (double)s->unpacked.k_len + 1.0;
    if (var < 0.0f) {
        check_fail("var[%lu] = %.9g is negative", (unsigned long)index, (double)var);
    }
    check_close("mean", index, mean, want->mean,
                rounding * (terms + 1.0) * want->magnitude + s->denormal);
    check_close("var", index, var, want->var,
                rounding * (2.0 * terms + 3.0) * (want->var + residue));
}
