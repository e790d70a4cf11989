#include "support/pool.h"

#include "support/draw.h"
#include "support/guarded.h"

pfp_pool2d_shape pool_shape(uint32_t channels, uint32_t size_h, uint32_t size_w, uint32_t stride_h,
                            uint32_t stride_w, uint32_t out_h, uint32_t out_w) {
    const pfp_pool2d_shape shape = {(out_h - 1) * stride_h + size_h + (stride_h > 1),
                                    (out_w - 1) * stride_w + size_w + (stride_w > 1),
                                    channels,
                                    out_h,
                                    out_w,
                                    size_h,
                                    size_w,
                                    stride_h,
                                    stride_w};
    return shape;
}

pool pool_new(const pfp_pool2d_shape *shape) {
    pool p;
    p.shape = *shape;
    p.in_len = (size_t)shape->in_h * shape->in_w * shape->channels;
    p.out_len = (size_t)shape->out_h * shape->out_w * shape->channels;
    p.in_mean = guarded_floats(p.in_len);
    p.in_var = guarded_floats(p.in_len);
    p.out_mean = guarded_floats(p.out_len);
    p.out_var = guarded_floats(p.out_len);
    return p;
}

void pool_draw(const pool *p) {
    for (size_t i = 0; i < p->in_len; i++) {
        /* Whole numbers now and then, so that means are equal. */
        p->in_mean[i] = draw_bits() % 4 == 0 ? draw_whole(-1, 1) : draw_uniform(-2.0f, 2.0f);
        p->in_var[i] = draw_bits() % 8 == 0 ? 0.0f : draw_uniform(0.0f, 2.0f);
    }
}

size_t pool_window(const pool *p, size_t out, gauss *elements) {
    const pfp_pool2d_shape *s = &p->shape;
    const size_t c = out % s->channels;
    const size_t x = out / s->channels % s->out_w;
    const size_t y = out / s->channels / s->out_w;
    size_t n = 0;
    for (size_t wy = 0; wy < s->size_h; wy++) {
        for (size_t wx = 0; wx < s->size_w; wx++) {
            const size_t at =
                ((y * s->stride_h + wy) * s->in_w + x * s->stride_w + wx) * s->channels + c;
            const gauss element = {(double)p->in_mean[at], (double)p->in_var[at]};
            elements[n++] = element;
        }
    }
    return n;
}

const uint32_t pool_channel_counts[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 17};
const size_t pool_channel_count_len = sizeof pool_channel_counts / sizeof pool_channel_counts[0];

const uint32_t pool_windows[][4] = {{2, 2, 2, 2}, {2, 2, 1, 1}, {2, 2, 3, 2}, {1, 1, 1, 1},
                                    {1, 2, 1, 2}, {2, 1, 2, 1}, {1, 2, 2, 1}, {3, 3, 2, 2},
                                    {3, 2, 2, 3}, {5, 4, 1, 3}};
const size_t pool_window_len = sizeof pool_windows / sizeof pool_windows[0];
