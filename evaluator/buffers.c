#include "buffers.h"

#include "files.h"
#include "lanes.h"
#include "windows.h"

/** A piece of memory, free from `until` on: the last op that reads what it holds. */
typedef struct slot {
    size_t units, until;
    float *memory;
} slot;

static size_t last_reader(const network *net, uint32_t value) {
    size_t last = value;
    for (size_t i = 0; i < net->op_count; i++) {
        last = net->ops[i].input == value ? i + 1 : last;
    }
    return value == net->output ? net->op_count + 1 : last;
}

static size_t padded_units(const network *net, const op *layer) {
    shape in = value_shape(net, layer->input);
    in.height += layer->top + layer->bottom;
    in.width += layer->left + layer->right;
    return elements(in);
}

buffers make_buffers(const network *net, size_t parts, int keeps_all) {
    buffers b;
    b.parts = parts;
    b.values = allocate((net->op_count + 1) * parts, sizeof *b.values);
    b.padded = allocate(parts, sizeof *b.padded);
    slot *slots = allocate(net->op_count, sizeof *slots);
    size_t slot_count = 0, largest_padded = 0;
    size_t *slot_of = allocate(net->op_count, sizeof *slot_of);
    for (size_t i = 0; i < net->op_count; i++) {
        const op *layer = &net->ops[i];
        const size_t units = elements(layer->out);
        const size_t padded = padded_units(net, layer);
        largest_padded = padded > largest_padded ? padded : largest_padded;
        size_t chosen = 0;
        while (chosen < slot_count && (keeps_all || slots[chosen].until > i)) {
            chosen++;
        }
        slot_count = chosen == slot_count ? slot_count + 1 : slot_count;
        slots[chosen].until = last_reader(net, (uint32_t)i + 1);
        slots[chosen].units = units > slots[chosen].units ? units : slots[chosen].units;
        slot_of[i] = chosen;
    }
    for (size_t s = 0; s < slot_count; s++) {
        slots[s].memory = allocate(slots[s].units * parts * BLOCK, sizeof(float));
    }
    for (size_t i = 0; i < net->op_count; i++) {
        for (size_t part = 0; part < parts; part++) {
            const slot *s = &slots[slot_of[i]];
            b.values[(i + 1) * parts + part] = s->memory + part * s->units * BLOCK;
        }
    }
    for (size_t part = 0; part < parts; part++) {
        b.padded[part] = allocate(largest_padded * BLOCK, sizeof(float));
    }
    return b;
}

float *part_of(const buffers *b, uint32_t index, size_t part) {
    return b->values[index * b->parts + part];
}
