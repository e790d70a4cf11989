#include "covariance.h"

#include <float.h>
#include <string.h>

#include "files.h"
#include "lanes.h"
#include "vec/tail.h"

/** The op that makes a value of kind `kind`, or NULL. */
static const op *maker(const network *net, uint32_t value, enum op_kind kind) {
    const op *made_by = value == 0 ? NULL : &net->ops[value - 1];
    return made_by != NULL && made_by->kind == kind ? made_by : NULL;
}

static const float *var_of(const moments_network *moments, uint32_t value) {
    return value == 0 ? moments->no_var : part_of(&moments->buffers, value, VAR);
}

/** cov_ij += sum_k var_k a_ik a_jk for j < i, or j <= i with the diagonal: a is [outputs][inputs].
 */
static void add_products(size_t outputs, size_t inputs, const float *var, const float *a,
                         size_t lanes_of_a, int with_diagonal, float *cov) {
    for (size_t v = 0; v < BLOCK; v += PFP_LANES) {
        float *to = cov + v;
        for (size_t i = 0; i < outputs; i++) {
            for (size_t j = 0; j <= i; j++, to += BLOCK) {
                if (j == i && !with_diagonal) {
                    continue;
                }
                pfp__vec sum = pfp__vec_load(to);
                for (size_t k = 0; k < inputs; k++) {
                    const pfp__vec s = pfp__vec_load(var + k * BLOCK + v);
                    const float *x = a + (i * inputs + k) * lanes_of_a;
                    const float *y = a + (j * inputs + k) * lanes_of_a;
                    const pfp__vec product =
                        lanes_of_a == 1 ? pfp__vec_set1(*x * *y)
                                        : pfp__vec_mul(pfp__vec_load(x + v), pfp__vec_load(y + v));
                    sum = pfp__vec_fma(sum, s, product);
                }
                pfp__vec_store(to, sum);
            }
        }
    }
}

/** Phi(mean / sd) of a value, [units][BLOCK]. */
static void gates(size_t units, const float *mean, const float *var, float *gate) {
    const pfp__vec zero = pfp__vec_set1(0.0f);
    for (size_t i = 0; i < units * BLOCK; i += PFP_LANES) {
        const pfp__vec m = pfp__vec_load(mean + i);
        const pfp__vec s = pfp__vec_max(pfp__vec_load(var + i), pfp__vec_set1(FLT_MIN));
        const pfp__vec t = pfp__vec_min(pfp__vec_mul(pfp__vec_abs(m), pfp__vec_rsqrt_accurate(s)),
                                        pfp__vec_set1(PFP_TAIL_END));
        const pfp__vec q = pfp__tail_at(t, PFP_TIER_ACCURATE).q;
        const pfp__vec above = pfp__vec_sub(pfp__vec_set1(1.0f), q);
        pfp__vec_store(gate + i, pfp__vec_select(pfp__vec_greater(zero, m), q, above));
    }
}

/** g and v_h - g^2 s of each unit of the relu, s = sum_l v_l W2_kl^2, and U = (W3 o g) W2. */
static void work_out_hidden(const covariance_work *work, const moments_network *moments) {
    const parameters *w3 = &work->last->parameters, *w2 = &work->before->parameters;
    const float *in_var = var_of(moments, work->before->input);
    const float *h_var = var_of(moments, work->last->input);
    gates(w3->inputs, part_of(&moments->buffers, work->hidden, MEAN), var_of(moments, work->hidden),
          work->gate);
    memset(work->sensitivity, 0, w3->outputs * w2->inputs * BLOCK * sizeof(float));
    for (size_t k = 0; k < w3->inputs; k++) {
        for (size_t lane = 0; lane < BLOCK; lane += PFP_LANES) {
            const pfp__vec g = pfp__vec_load(work->gate + k * BLOCK + lane);
            pfp__vec s = pfp__vec_set1(0.0f);
            for (size_t l = 0; l < w2->inputs; l++) {
                const float w = w2->weight_mean[k * w2->inputs + l];
                s = pfp__vec_fma_n(s, pfp__vec_load(in_var + l * BLOCK + lane), w * w);
                for (size_t i = 0; i < w3->outputs; i++) {
                    float *u = work->sensitivity + (i * w2->inputs + l) * BLOCK + lane;
                    const float product = w3->weight_mean[i * w3->inputs + k] * w;
                    pfp__vec_store(u, pfp__vec_fma_n(pfp__vec_load(u), g, product));
                }
            }
            const pfp__vec shared = pfp__vec_mul(pfp__vec_mul(g, g), s);
            const pfp__vec left = pfp__vec_sub(pfp__vec_load(h_var + k * BLOCK + lane), shared);
            pfp__vec_store(work->rest + k * BLOCK + lane, pfp__vec_max(left, pfp__vec_set1(0.0f)));
        }
    }
}

/** On the diagonal what the last layer's own weights add: sum_k (v_k + m_k^2) vw_ik + vb_i. */
static void set_own_variance(const op *last, const moments_network *moments, float *cov) {
    const parameters *p = &last->parameters;
    const float *mean = part_of(&moments->buffers, last->input, MEAN);
    const float *var = part_of(&moments->buffers, last->input, VAR);
    for (size_t i = 0; i < p->outputs; i++) {
        float *diagonal = cov + (i * (i + 1) / 2 + i) * BLOCK;
        for (size_t lane = 0; lane < BLOCK; lane += PFP_LANES) {
            pfp__vec own = pfp__vec_set1(p->bias_sd[i] * p->bias_sd[i]);
            for (size_t k = 0; k < p->inputs; k++) {
                const float sd = p->weight_sd[i * p->inputs + k];
                const pfp__vec m = pfp__vec_load(mean + k * BLOCK + lane);
                const pfp__vec m2 = pfp__vec_fma(pfp__vec_load(var + k * BLOCK + lane), m, m);
                own = pfp__vec_fma_n(own, m2, sd * sd);
            }
            pfp__vec_store(diagonal + lane, own);
        }
    }
}

covariance_work make_covariance_work(const network *net, enum covariance level) {
    covariance_work work = {
        level, elements(value_shape(net, net->output)), NULL, NULL, 0, NULL, NULL, NULL};
    work.last = maker(net, net->output, OP_DENSE);
    const op *relu = work.last == NULL ? NULL : maker(net, work.last->input, OP_RELU);
    work.hidden = relu == NULL ? 0 : relu->input;
    work.before = relu == NULL ? NULL : maker(net, relu->input, OP_DENSE);
    if (level == COVARIANCE_TWO && work.before == NULL) {
        work.level = COVARIANCE_LAST;
    }
    if (work.last == NULL) {
        work.level = COVARIANCE_NONE;
    }
    if (work.level == COVARIANCE_TWO) {
        const size_t units = work.last->parameters.inputs;
        work.gate = allocate(units * BLOCK, sizeof(float));
        work.rest = allocate(units * BLOCK, sizeof(float));
        work.sensitivity =
            allocate(work.outputs * work.before->parameters.inputs * BLOCK, sizeof(float));
    }
    return work;
}

/**
 * Level last: Cov_ij = sum_k v_k W3_ik W3_jk, the dense layer's variance on the diagonal. Level
 * two: Cov = W3 diag(v_h - g^2 s) W3' + U diag(v) U', and the last layer's own variance on the
 * diagonal.
 */
void output_covariance(const covariance_work *work, const moments_network *moments, float *cov) {
    const size_t outputs = work->outputs;
    memset(cov, 0, outputs * (outputs + 1) / 2 * BLOCK * sizeof(float));
    if (work->level == COVARIANCE_TWO) {
        const parameters *w3 = &work->last->parameters;
        work_out_hidden(work, moments);
        set_own_variance(work->last, moments, cov);
        add_products(outputs, w3->inputs, work->rest, w3->weight_mean, 1, 1, cov);
        add_products(outputs, work->before->parameters.inputs, var_of(moments, work->before->input),
                     work->sensitivity, BLOCK, 1, cov);
        return;
    }
    const float *var = var_of(moments, moments->net->output);
    for (size_t i = 0; i < outputs; i++) {
        memcpy(cov + (i * (i + 1) / 2 + i) * BLOCK, var + i * BLOCK, BLOCK * sizeof(float));
    }
    if (work->level == COVARIANCE_LAST) {
        const parameters *w3 = &work->last->parameters;
        add_products(outputs, w3->inputs, var_of(moments, work->last->input), w3->weight_mean, 1, 0,
                     cov);
    }
}
