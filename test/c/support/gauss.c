#include "support/gauss.h"

#include <math.h>
#include <string.h>

#include "support/check.h"

enum { WINDOW_MAX = 64 };

static const double sqrt_half = 0.70710678118654752440;
static const double inverse_sqrt_2pi = 0.39894228040143267794;

static double density(double x) {
    return inverse_sqrt_2pi * exp(-0.5 * x * x);
}

static double below(double x) {
    return 0.5 * erfc(-x * sqrt_half);
}

gauss gauss_max(gauss a, gauss b) {
    const gauss big = a.mean >= b.mean ? a : b;
    const gauss small = a.mean >= b.mean ? b : a;
    const double sum = a.var + b.var;
    if (sum == 0.0) {
        return big;
    }
    const double t = (big.mean - small.mean) / sqrt(sum);
    const double q = below(-t);
    const double r = density(t) - t * q;
    const gauss larger = {big.mean + sqrt(sum) * r,
                          big.var + (small.var - big.var) * q - sum * r * (t + r)};
    return larger;
}

gauss gauss_relu(gauss x) {
    const gauss zero = {0.0, 0.0};
    return gauss_max(x, zero);
}

gauss gauss_max_fold(size_t len, const gauss *elements) {
    gauss sorted[WINDOW_MAX] = {{0.0, 0.0}};
    assert_true(len >= 1 && len <= WINDOW_MAX);
    for (size_t i = 0; i < len; i++) {
        size_t at = i;
        for (; at > 0 && sorted[at - 1].mean < elements[i].mean; at--) {
            sorted[at] = sorted[at - 1];
        }
        sorted[at] = elements[i];
    }
    gauss folded = sorted[0];
    for (size_t i = 1; i < len; i++) {
        folded = gauss_max(folded, sorted[i]);
    }
    return folded;
}

/* Simpson's rule for phi(x)*(max(a + x, 0) - center)^power, on the two sides of the kink. */
static double relu_moment(double a, double center, int power) {
    const int steps = 2000;
    const double reach = 10.0;
    const double kink = fmin(fmax(-a, -reach), reach);
    /* Beyond `reach` the density is 1e-22 of its peak: far tails start at the kink itself. */
    const double from[2] = {-reach, -a > reach ? -a : kink};
    const double to[2] = {kink, from[1] + (-a > reach ? 2.0 : reach - kink)};
    double sum = 0.0;
    for (int side = 0; side < 2; side++) {
        const double step = (to[side] - from[side]) / steps;
        for (int i = 0; i <= steps; i++) {
            const double x = from[side] + step * i;
            const double y = (side == 0 ? 0.0 : a + x) - center;
            const double weight = i == 0 || i == steps ? 1.0 : i % 2 == 0 ? 2.0 : 4.0;
            sum += weight * step / 3.0 * density(x) * (power == 1 ? y : y * y);
        }
    }
    return sum;
}

gauss gauss_relu_integrated(gauss x) {
    const double sd = sqrt(x.var);
    const double a = x.mean / sd;
    const double mean = relu_moment(a, 0.0, 1);
    const gauss y = {sd * mean, x.var * relu_moment(a, mean, 2)};
    return y;
}

/*
 * The trapezoidal rule over the density of the larger one: exact to rounding for a function that
 * is smooth on the scale of the step.
 */
static double max_moment(gauss a, gauss b, double center, int power) {
    const double sd_a = sqrt(a.var);
    const double sd_b = sqrt(b.var);
    const double step = 0.25 * fmin(sd_a, sd_b);
    const double from = fmin(a.mean - 10.0 * sd_a, b.mean - 10.0 * sd_b);
    const double to = fmax(a.mean + 10.0 * sd_a, b.mean + 10.0 * sd_b);
    double sum = 0.0;
    for (double x = from; x <= to; x += step) {
        const double in_a = (x - a.mean) / sd_a;
        const double in_b = (x - b.mean) / sd_b;
        const double y = x - center;
        sum += step * (power == 1 ? y : y * y) *
               (density(in_a) / sd_a * below(in_b) + density(in_b) / sd_b * below(in_a));
    }
    return sum;
}

gauss gauss_max_integrated(gauss a, gauss b) {
    const double start = fmax(a.mean, b.mean);
    const double mean = start + max_moment(a, b, start, 1);
    const gauss larger = {mean, max_moment(a, b, mean, 2)};
    return larger;
}

gauss_errors gauss_published_errors(const char *tier) {
    const gauss_errors fast = {2.7e-5, 6.1e-5, 3.0e-3};
    const gauss_errors accurate = {6.2e-7, 1.5e-6, 3.5e-4};
    return strcmp(tier, "fast") == 0 ? fast : accurate;
}
