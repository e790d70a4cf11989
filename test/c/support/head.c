#include "support/head.h"

#include <math.h>
#include <string.h>

#include "support/check.h"
#include "support/draw.h"
#include "support/guarded.h"

enum { LATTICE_DIMENSIONS = 10 };

void head_cholesky(size_t n, double *triangle) {
    double *row_i = triangle;
    for (size_t i = 0; i < n; row_i += i + 1, i++) {
        const double *row_j = triangle;
        for (size_t j = 0; j <= i; row_j += j + 1, j++) {
            double left = row_i[j];
            for (size_t k = 0; k < j; k++) {
                left -= row_i[k] * row_j[k];
            }
            if (i == j) {
                row_i[j] = left > 0.0 ? sqrt(left) : 0.0;
            } else {
                row_i[j] = row_j[j] > 0.0 ? left / row_j[j] : 0.0;
            }
        }
    }
}

/* x with Phi(x) = u: a rational guess (Abramowitz & Stegun 26.2.23), then Newton steps. */
static double normal_quantile(double u) {
    const double p = u < 0.5 ? u : 1.0 - u;
    const double t = sqrt(-2.0 * log(p));
    double x = t - (2.515517 + t * (0.802853 + t * 0.010328)) /
                       (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    for (int i = 0; i < 2; i++) {
        const double above = 0.5 * erfc(x * 0.70710678118654752440);
        x += (above - p) / (0.39894228040143267794 * exp(-0.5 * x * x));
    }
    return u < 0.5 ? -x : x;
}

/* The binary digits of k mirrored at the point: 0, 1/2, 1/4, 3/4, ... */
static double radical_inverse(size_t k) {
    double inverse = 0.0;
    for (double digit = 0.5; k != 0; k /= 2, digit /= 2.0) {
        inverse += (double)(k % 2) * digit;
    }
    return inverse;
}

static size_t index_of(size_t point, size_t dimension, size_t dimensions) {
    return (point / 4 * dimensions + dimension) * 4 + point % 4;
}

float *head_normal_points(size_t points, size_t dimensions) {
    static const double generator[LATTICE_DIMENSIONS] = {1,      182667, 469891, 498753, 110745,
                                                         446247, 250185, 118627, 245333, 283199};
    double mean[LATTICE_DIMENSIONS] = {0.0};
    double cov[LATTICE_DIMENSIONS * (LATTICE_DIMENSIONS + 1) / 2] = {0.0};
    assert_true(dimensions <= LATTICE_DIMENSIONS && dimensions < points);
    float *normals = guarded_floats(points * dimensions);

    for (size_t k = 0; k < points; k++) {
        for (size_t d = 0; d < dimensions; d++) {
            const double shift = fmod(1.61803398874989485 * (double)(d + 1), 1.0);
            const double u = fmod(radical_inverse(k) * generator[d] + shift, 1.0);
            const double x = normal_quantile(1.0 - fabs(2.0 * u - 1.0));
            normals[index_of(k, d, dimensions)] = (float)x;
            mean[d] += x / (double)points;
        }
    }
    for (size_t k = 0; k < points; k++) {
        for (size_t i = 0, at = 0; i < dimensions; i++) {
            const double xi = (double)normals[index_of(k, i, dimensions)] - mean[i];
            for (size_t j = 0; j <= i; j++, at++) {
                const double xj = (double)normals[index_of(k, j, dimensions)] - mean[j];
                cov[at] += xi * xj / (double)points;
            }
        }
    }
    head_cholesky(dimensions, cov);
    for (size_t k = 0; k < points; k++) {
        double white[LATTICE_DIMENSIONS];
        for (size_t i = 0, row = 0; i < dimensions; row += ++i) {
            white[i] = (double)normals[index_of(k, i, dimensions)] - mean[i];
            for (size_t j = 0; j < i; j++) {
                white[i] -= cov[row + j] * white[j];
            }
            white[i] /= cov[row + i];
            normals[index_of(k, i, dimensions)] = (float)white[i];
        }
    }
    return normals;
}

/* softmax(mean + root * normal) into p; returns its entropy. */
static double softmax_of(size_t classes, const double *mean, const double *root,
                         const double *normal, double *p) {
    double z[HEAD_CLASSES_MAX], largest = -(double)INFINITY, sum = 0.0, weighted = 0.0;
    for (size_t i = 0; i < classes; root += ++i) {
        z[i] = mean[i];
        for (size_t j = 0; j <= i; j++) {
            z[i] += root[j] * normal[j];
        }
        largest = fmax(largest, z[i]);
    }
    for (size_t i = 0; i < classes; i++) {
        p[i] = exp(z[i] - largest);
        sum += p[i];
        weighted += p[i] == 0.0 ? 0.0 : p[i] * (z[i] - largest);
    }
    for (size_t i = 0; i < classes; i++) {
        p[i] /= sum;
    }
    return log(sum) - weighted / sum;
}

static double entropy_of(size_t classes, const double *p) {
    double entropy = 0.0;
    for (size_t i = 0; i < classes; i++) {
        entropy -= p[i] > 0.0 ? p[i] * log(p[i]) : 0.0;
    }
    return entropy;
}

head head_from_points(size_t classes, size_t points, const double *mean, const double *root,
                      const float *normals) {
    head h;
    memset(&h, 0, sizeof h);
    for (size_t k = 0; k < points; k++) {
        double normal[HEAD_CLASSES_MAX] = {0.0}, p[HEAD_CLASSES_MAX];
        for (size_t i = 0; i < classes; i++) {
            normal[i] = (double)normals[index_of(k, i, classes)];
        }
        h.aleatoric += softmax_of(classes, mean, root, normal, p) / (double)points;
        for (size_t i = 0; i < classes; i++) {
            h.probability[i] += p[i] / (double)points;
        }
    }
    h.total = entropy_of(classes, h.probability);
    h.epistemic = h.total - h.aleatoric;
    return h;
}

/* Two independent normals (Box & Muller 1958). */
static void draw_pair(double *pair) {
    const double u = ((double)(draw_bits() >> 11) + 0.5) * 0x1p-53;
    const double angle = 6.28318530717958647693 * (double)(draw_bits() >> 11) * 0x1p-53;
    const double radius = sqrt(-2.0 * log(u));
    pair[0] = radius * cos(angle);
    pair[1] = radius * sin(angle);
}

static void draw_normals(size_t n, double *normals) {
    for (size_t i = 0; i < n; i += 2) {
        double pair[2];
        draw_pair(pair);
        normals[i] = pair[0];
        if (i + 1 < n) {
            normals[i + 1] = pair[1];
        }
    }
}

/* Running sums of a quantity whose mean is wanted. */
typedef struct moments {
    double sum, squares;
} moments;

static void moments_add(moments *m, double x) {
    m->sum += x;
    m->squares += x * x;
}

static double four_errors(const moments *m, size_t n) {
    const double mean = m->sum / (double)n;
    const double var = fmax(m->squares / (double)n - mean * mean, 0.0);
    return 4.0 * sqrt(var / (double)n);
}

/*
 * The entropy of an average moves with each draw p by -sum p_i log q_i, q near the average: q comes
 * from a first sixteenth of the draws, and only the standard errors depend on it.
 */
head_drawn head_from_draws(size_t classes, size_t draws, const double *mean, const double *root) {
    head_drawn drawn;
    double normal[HEAD_CLASSES_MAX] = {0.0}, p[HEAD_CLASSES_MAX], near[HEAD_CLASSES_MAX] = {0.0};
    moments probability[HEAD_CLASSES_MAX] = {{0.0, 0.0}};
    moments total = {0.0, 0.0}, aleatoric = total, epistemic = total;
    memset(&drawn, 0, sizeof drawn);

    for (size_t s = 0; s < draws / 16; s++) {
        draw_normals(classes, normal);
        softmax_of(classes, mean, root, normal, p);
        for (size_t i = 0; i < classes; i++) {
            near[i] += p[i] / (double)(draws / 16);
        }
    }
    for (size_t s = 0; s < draws; s++) {
        draw_normals(classes, normal);
        const double entropy = softmax_of(classes, mean, root, normal, p);
        double cross = 0.0;
        for (size_t i = 0; i < classes; i++) {
            moments_add(&probability[i], p[i]);
            cross -= p[i] * log(fmax(near[i], 1e-300));
        }
        moments_add(&total, cross);
        moments_add(&aleatoric, entropy);
        moments_add(&epistemic, cross - entropy);
    }
    for (size_t i = 0; i < classes; i++) {
        drawn.estimate.probability[i] = probability[i].sum / (double)draws;
        drawn.four_errors.probability[i] = four_errors(&probability[i], draws);
    }
    drawn.estimate.total = entropy_of(classes, drawn.estimate.probability);
    drawn.estimate.aleatoric = aleatoric.sum / (double)draws;
    drawn.estimate.epistemic = drawn.estimate.total - drawn.estimate.aleatoric;
    drawn.four_errors.total = four_errors(&total, draws);
    drawn.four_errors.aleatoric = four_errors(&aleatoric, draws);
    drawn.four_errors.epistemic = four_errors(&epistemic, draws);
    return drawn;
}
