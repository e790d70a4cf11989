#include "network.h"

#include "files.h"

enum { MAGIC = 0x45504650 };

size_t elements(shape s) {
    return (size_t)s.channels * s.height * s.width;
}

shape value_shape(const network *net, uint32_t index) {
    return index == 0 ? net->in : net->ops[index - 1].out;
}

static shape take_shape(file *from) {
    shape s;
    s.channels = take_word(from);
    s.height = take_word(from);
    s.width = take_word(from);
    return s;
}

static op take_op(file *from, const network *net) {
    op next = {0};
    next.kind = (enum op_kind)take_word(from);
    next.input = take_word(from);
    next.out = take_shape(from);
    next.size_h = take_word(from);
    next.size_w = take_word(from);
    next.stride_h = take_word(from);
    next.stride_w = take_word(from);
    next.top = take_word(from);
    next.left = take_word(from);
    next.bottom = take_word(from);
    next.right = take_word(from);
    if (next.kind == OP_DENSE || next.kind == OP_CONV2D) {
        const shape in = value_shape(net, next.input);
        parameters *p = &next.parameters;
        p->outputs = next.out.channels;
        p->inputs =
            next.kind == OP_DENSE ? elements(in) : (size_t)in.channels * next.size_h * next.size_w;
        p->weight_mean = take_floats(from, p->outputs * p->inputs);
        p->weight_sd = take_floats(from, p->outputs * p->inputs);
        p->bias_mean = take_floats(from, p->outputs);
        p->bias_sd = take_floats(from, p->outputs);
    }
    return next;
}

network read_network(const char *path) {
    file from = read_file(path);
    if (take_word(&from) != MAGIC) {
        fail(path, "is no network");
    }
    network net;
    net.head = (enum head)take_word(&from);
    net.output = take_word(&from);
    net.in = take_shape(&from);
    net.input_mean = take_floats(&from, net.in.channels);
    net.input_scale = take_floats(&from, net.in.channels);
    net.op_count = take_word(&from);
    net.ops = allocate(net.op_count, sizeof *net.ops);
    for (size_t i = 0; i < net.op_count; i++) {
        net.ops[i] = take_op(&from, &net);
    }
    return net;
}
