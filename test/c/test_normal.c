/*
 * The normal numbers: each against Box and Muller's formula in double precision, their
 * distribution, their independence, and the same bits from every kernel.
 */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"
#include "support/kernels.h"
#include "vec/fma.h"

static const double pi = 3.14159265358979323846;

/* Limits of statistics, in standard deviations: passed by chance once in 150,000. */
static const double most_sds = 4.5;

/* Emulated microcontrollers draw less. */
static size_t draws(void) {
    return (size_t)1 << (sizeof(void *) > 4 ? 20 : 15);
}

static pfp_normal_state seeded(void) {
    pfp_normal_state state;
    pfp_normal_seed(&state, draw_seed());
    return state;
}

static void fill(const kernel *k, size_t len, pfp_normal_state *state, float *out) {
    ((normal_general *)k->function)(len, state, out);
}

/* The fastest kernel of this build; the others give the same bits. */
static const kernel *best(void) {
    const kernel *last = NULL;
    FOR_EACH_KERNEL(k, "normal", "general") {
        last = k;
    }
    return last;
}

/* `len` numbers, to be freed. */
static float *sample(size_t len) {
    float *x = malloc(len * sizeof *x);
    assert_non_null(x);
    pfp_normal_state state = seeded();
    fill(best(), len, &state, x);
    return x;
}

/* xoshiro128+ in one lane. */
static uint32_t next_bits(pfp_normal_state *state, size_t lane) {
    uint32_t s[4];
    for (size_t i = 0; i < 4; i++) {
        s[i] = state->word[i][lane];
    }
    const uint32_t bits = s[0] + s[3];
    const uint32_t shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = s[3] << 11 | s[3] >> 21;
    for (size_t i = 0; i < 4; i++) {
        state->word[i][lane] = s[i];
    }
    return bits;
}

/* The polynomials of radius, root, sine and cosine: 3.3e-6, 2.2e-5, 6e-7, 6.8e-6. */
static void test_each_follows_the_formula(void **state) {
    (void)state;
    const size_t len = draws() / 4;
    float *x = sample(len);
    pfp_normal_state reference = seeded();
    check_context("normal");
    for (size_t i = 0; i < len; i += 8) {
        for (size_t lane = 0; lane < 4; lane++) {
            const uint32_t u = next_bits(&reference, lane), angle = next_bits(&reference, lane);
            const double radius = sqrt(-2.0 * log((u == 0 ? 1.0 : (double)u) * 0x1p-32));
            const double v = (double)(int32_t)(angle << 1) * 0x1p-31 * pi / 2.0;
            const double sign = angle >> 31 != 0 ? -1.0 : 1.0;
            check_close("cosine", i + lane, x[i + lane], sign * radius * cos(v), 3.3e-5 * radius);
            check_close("sine", i + 4 + lane, x[i + 4 + lane], radius * sin(v), 3.3e-5 * radius);
        }
    }
    free(x);
}

static void check_sds(const char *name, double got, double want, double sd) {
    if (!(fabs(got - want) <= most_sds * sd)) {
        check_fail("%s = %.9g, expected %.9g with sd %.3g", name, got, want, sd);
    }
}

static void test_moments(void **state) {
    (void)state;
    static const double want[] = {0.0, 1.0, 0.0, 3.0};
    static const double var[] = {1.0, 2.0, 15.0, 96.0}; /* of x, x^2, x^3, x^4 */
    static const char *const names[] = {"mean", "second", "third", "fourth"};
    const size_t len = draws();
    float *x = sample(len);
    double sums[4] = {0.0, 0.0, 0.0, 0.0};
    for (size_t i = 0; i < len; i++) {
        double power = 1.0;
        for (size_t p = 0; p < 4; p++) {
            power *= (double)x[i];
            sums[p] += power;
        }
    }
    check_context("moments of normal");
    for (size_t p = 0; p < 4; p++) {
        check_sds(names[p], sums[p] / (double)len, want[p], sqrt(var[p] / (double)len));
    }
    free(x);
}

static double cdf(double x) {
    return 0.5 * erfc(-x / sqrt(2.0));
}

static int ascending(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The largest distance between empirical and true distribution, times the root of `len`. */
static double kolmogorov_smirnov(size_t len, float *x) {
    qsort(x, len, sizeof *x, ascending);
    double largest = 0.0;
    for (size_t i = 0; i < len; i++) {
        const double p = cdf((double)x[i]);
        largest =
            fmax(largest, fmax(p - (double)i / (double)len, (double)(i + 1) / (double)len - p));
    }
    return largest * sqrt((double)len);
}

/* Passed by chance once in 40,000: 2 exp(-2 * 2.3^2). */
static const double most_distance = 2.3;

static void test_kolmogorov_smirnov(void **state) {
    (void)state;
    const size_t len = draws();
    float *x = sample(len);
    check_context("Kolmogorov-Smirnov");
    check_close("distance", 0, (float)kolmogorov_smirnov(len, x), 0.0, most_distance);
    free(x);
}

/* Each of the eight positions has its own polynomial and generator. */
static void test_kolmogorov_smirnov_of_positions(void **state) {
    (void)state;
    const size_t len = draws() / 8;
    const kernel *k = best();
    float *x = malloc(len * sizeof *x);
    assert_non_null(x);
    check_context("Kolmogorov-Smirnov");
    for (size_t position = 0; position < 8; position++) {
        pfp_normal_state generator = seeded();
        for (size_t i = 0; i < len; i++) {
            float eight[8];
            fill(k, 8, &generator, eight);
            x[i] = eight[position];
        }
        check_close("distance", position, (float)kolmogorov_smirnov(len, x), 0.0, most_distance);
    }
    free(x);
}

/* Counts beyond 1, 2, ... 5 on either side, where four times as many draws are taken. */
static void test_tails(void **state) {
    (void)state;
    enum { BLOCK = 1024, FARTHEST = 5 };
    float x[BLOCK];
    size_t beyond[2][FARTHEST + 1] = {{0}};
    const size_t blocks = 4 * draws() / BLOCK;
    const kernel *k = best();
    pfp_normal_state generator = seeded();
    check_context("tails");
    for (size_t block = 0; block < blocks; block++) {
        fill(k, BLOCK, &generator, x);
        for (size_t i = 0; i < BLOCK; i++) {
            check_close("x", i, x[i], 0.0, 6.67); /* sqrt(-2 ln 2^-32) is 6.66 */
            for (int t = 1; t <= FARTHEST && fabsf(x[i]) > (float)t; t++) {
                beyond[x[i] > 0.0f][t]++;
            }
        }
    }
    for (int side = 0; side < 2; side++) {
        for (int t = 1; t <= FARTHEST; t++) {
            const double p = cdf(-(double)t);
            const double want = (double)(blocks * BLOCK) * p;
            /* One more, since a small count is not normal. */
            check_close(side != 0 ? "above" : "below", (size_t)t, (float)beyond[side][t], want,
                        most_sds * sqrt(want * (1.0 - p)) + 1.0);
        }
    }
}

/*
 * Neither numbers nor their squares are correlated with those up to 40 later: other lanes, the
 * sine of the same radius, and what the same lane gives next.
 */
static void test_no_correlation(void **state) {
    (void)state;
    enum { LAGS = 40 };
    const size_t len = draws();
    float *x = sample(len);
    check_context("correlation");
    for (size_t lag = 1; lag <= LAGS; lag++) {
        double plain = 0.0, squares = 0.0;
        for (size_t i = 0; i + lag < len; i++) {
            const double a = (double)x[i], b = (double)x[i + lag];
            plain += a * b;
            squares += (a * a - 1.0) * (b * b - 1.0);
        }
        const double root = sqrt((double)(len - lag));
        check_close("plain at lag", lag, (float)(plain / root), 0.0, most_sds);
        check_close("squares at lag", lag, (float)(squares / 2.0 / root), 0.0, most_sds);
    }
    free(x);
}

/* The same within one lane, apart for each of the eight positions. */
static void test_no_correlation_within_positions(void **state) {
    (void)state;
    const size_t len = draws();
    float *x = sample(len);
    check_context("correlation");
    for (size_t position = 0; position < 8; position++) {
        for (size_t other = 0; other < 8; other++) {
            double sum = 0.0;
            for (size_t i = position; i + 8 + other < len; i += 8) {
                sum += (double)x[i] * (double)x[i - position + 8 + other];
            }
            check_close("with the next eight", 8 * position + other,
                        (float)(sum / sqrt((double)(len / 8 - 1))), 0.0, most_sds);
        }
    }
    free(x);
}

static void test_seeds(void **state) {
    (void)state;
    pfp_normal_state a, b, c;
    pfp_normal_seed(&a, 1);
    pfp_normal_seed(&b, 1);
    pfp_normal_seed(&c, 2);
    assert_memory_equal(&a, &b, sizeof a);
    for (size_t i = 0; i < 4; i++) {
        for (size_t lane = 0; lane < 4; lane++) {
            assert_true(a.word[i][lane] != c.word[i][lane]);
        }
    }
}

static void test_same_bits_as_c(void **state) {
    (void)state;
    static const size_t lens[] = {0,  1,  3,  4,  5,  7,  8,  9,  12, 15,
                                  16, 17, 24, 25, 31, 32, 33, 63, 65, 800};
    const kernel *c = next_kernel(NULL, "normal", "general");
    assert_string_equal(c->isa, "c");
    if (!PFP_HAS_FMA) {
        skip();
    }
    FOR_EACH_KERNEL(k, "normal", "general") {
        pfp_normal_state ours = seeded(), theirs = seeded();
        for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
            check_context("%s len %lu", k->symbol, (unsigned long)lens[i]);
            float *got = guarded_floats(lens[i]), *want = guarded_floats(lens[i]);
            fill(k, lens[i], &ours, got);
            fill(c, lens[i], &theirs, want);
            check_all_same("normal", lens[i], got, want);
            assert_memory_equal(&ours, &theirs, sizeof ours);
            guarded_release_all();
        }
    }
}

/* FNV-1a over the bits of the first 4096 numbers of seed 1. */
static void test_same_bits_on_every_target(void **state) {
    (void)state;
    if (!PFP_HAS_FMA) {
        skip();
    }
    enum { LEN = 4096 };
    static float x[LEN];
    pfp_normal_state generator;
    pfp_normal_seed(&generator, 1);
    fill(best(), LEN, &generator, x);
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < LEN; i++) {
        uint32_t bits;
        memcpy(&bits, &x[i], sizeof bits);
        hash = (hash ^ bits) * 16777619u;
    }
    assert_int_equal(hash, 0x8a7d5f61);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_follows_the_formula),
        cmocka_unit_test(test_moments),
        cmocka_unit_test(test_kolmogorov_smirnov),
        cmocka_unit_test(test_kolmogorov_smirnov_of_positions),
        cmocka_unit_test(test_tails),
        cmocka_unit_test(test_no_correlation),
        cmocka_unit_test(test_no_correlation_within_positions),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_same_bits_as_c),
        cmocka_unit_test(test_same_bits_on_every_target),
    };
    return cmocka_run_group_tests_name("normal", tests, NULL, NULL);
}
