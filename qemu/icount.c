/**
 * libicount.so: counts executed instructions exactly, as a plugin of QEMU 7.2 or later.
 *
 *   qemu-aarch64 -plugin libicount.so,out=FILE,symbols=on PROGRAM
 *
 * When the program ends, FILE (default: standard error) holds these lines:
 *   total N
 *   region ID calls N instructions N min N max N      for regions marked as in markers.h
 *   call ID N                                         with calls=on, each in order of their ends
 *   symbol NAME N                                     with symbols=on, callees not included
 *   address HEX N                                     with addresses=on, each instruction's own
 *
 * Counts of a region are the same from run to run; the total is not where an environment is
 * passed to the program. One processor only.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu_plugin_api.h"

#define REGIONS 32
#define SYMBOL_BUCKETS 1024
#define ADDRESS_BUCKETS 16384

/** Instructions executed between the begin and end markers of one region. */
struct region {
    uint64_t start;
    uint64_t calls;
    uint64_t instructions;
    uint64_t min;
    uint64_t max;
};

/** One run through a region. */
struct call {
    int id;
    uint64_t instructions;
};

struct symbol {
    char *name;
    uint64_t instructions;
    struct symbol *next;
};

struct address {
    uint64_t address;
    uint64_t instructions;
    struct address *next;
};

static uint64_t total;
static struct region regions[REGIONS];
static struct call *calls;
static size_t call_count, call_room;
static struct symbol *symbols[SYMBOL_BUCKETS];
static struct address *addresses[ADDRESS_BUCKETS];

static bool is_aarch64;
static bool list_calls;
static bool count_symbols;
static bool count_addresses;
static const char *out_path;

/**
 * The marker's number (2*id begins region id, 2*id + 1 ends it), or -1 for other instructions.
 * Near the end of a page QEMU looks ahead at the next instruction, and counts its halfword in.
 */
static int marker_of(const struct qemu_plugin_insn *instruction) {
    if (qemu_plugin_insn_size(instruction) < 4) {
        return -1;
    }
    const uint8_t *bytes = qemu_plugin_insn_data(instruction);
    uint32_t word = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
                    (uint32_t)bytes[3] << 24;
    if (is_aarch64) {
        /* movz xzr, #0x5000..#0x503f */
        return (word & 0xfffff81fU) == 0xd28a001fU ? (int)(word >> 5 & 0x3fU) : -1;
    }
    /* hint #0x40..#0x7f: the halfwords f3af and 8040..807f */
    return (word & 0xffc0ffffU) == 0x8040f3afU ? (int)(word >> 16 & 0x3fU) : -1;
}

static void add_call(int id, uint64_t instructions) {
    if (call_count == call_room) {
        call_room = 2 * call_room + 64;
        calls = realloc(calls, call_room * sizeof *calls);
        if (calls == NULL) {
            abort();
        }
    }
    calls[call_count++] = (struct call){id, instructions};
}

/** Runs after the marker itself was counted, so both ends leave the markers out. */
static void on_marker(unsigned processor, void *marker_pointer) {
    (void)processor;
    uintptr_t marker = (uintptr_t)marker_pointer;
    struct region *region = &regions[marker >> 1];
    if ((marker & 1U) == 0) {
        region->start = total;
        return;
    }
    uint64_t count = total - 1 - region->start;
    region->min = region->calls == 0 || count < region->min ? count : region->min;
    region->max = count > region->max ? count : region->max;
    region->instructions += count;
    region->calls++;
    if (list_calls) {
        add_call((int)(marker >> 1), count);
    }
}

/** The counter of a symbol, made at its first instruction. */
static struct symbol *find_symbol(const char *name) {
    uint32_t hash = 0;
    for (const char *c = name; *c != '\0'; c++) {
        hash = hash * 31U + (uint8_t)*c;
    }
    struct symbol **bucket = &symbols[hash % SYMBOL_BUCKETS];
    for (struct symbol *symbol = *bucket; symbol != NULL; symbol = symbol->next) {
        if (strcmp(symbol->name, name) == 0) {
            return symbol;
        }
    }
    struct symbol *symbol = calloc(1, sizeof *symbol);
    char *copy = strdup(name);
    if (symbol == NULL || copy == NULL) {
        abort();
    }
    symbol->name = copy;
    symbol->next = *bucket;
    *bucket = symbol;
    return symbol;
}

/** The counter of an address, made at its first translation. */
static struct address *find_address(uint64_t value) {
    struct address **bucket = &addresses[value / 2 % ADDRESS_BUCKETS];
    for (struct address *address = *bucket; address != NULL; address = address->next) {
        if (address->address == value) {
            return address;
        }
    }
    struct address *address = calloc(1, sizeof *address);
    if (address == NULL) {
        abort();
    }
    address->address = value;
    address->next = *bucket;
    *bucket = address;
    return address;
}

/** Plants the counters into one block of translated instructions. */
static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *block) {
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *instruction = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64, &total,
                                                   1);
        if (count_symbols) {
            const char *name = qemu_plugin_insn_symbol(instruction);
            struct symbol *symbol = find_symbol(name != NULL ? name : "?");
            qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                       &symbol->instructions, 1);
        }
        if (count_addresses) {
            struct address *address = find_address(qemu_plugin_insn_vaddr(instruction));
            qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                                       &address->instructions, 1);
        }
        int marker = marker_of(instruction);
        if (marker >= 0) {
            qemu_plugin_register_vcpu_insn_exec_cb(instruction, on_marker, QEMU_PLUGIN_CB_NO_REGS,
                                                   (void *)(uintptr_t)marker);
        }
    }
}

static void print_counts(FILE *out) {
    fprintf(out, "total %" PRIu64 "\n", total);
    for (int id = 0; id < REGIONS; id++) {
        const struct region *region = &regions[id];
        if (region->calls > 0) {
            fprintf(out,
                    "region %d calls %" PRIu64 " instructions %" PRIu64 " min %" PRIu64
                    " max %" PRIu64 "\n",
                    id, region->calls, region->instructions, region->min, region->max);
        }
    }
    for (size_t i = 0; i < call_count; i++) {
        fprintf(out, "call %d %" PRIu64 "\n", calls[i].id, calls[i].instructions);
    }
    for (int bucket = 0; bucket < ADDRESS_BUCKETS; bucket++) {
        for (const struct address *a = addresses[bucket]; a != NULL; a = a->next) {
            if (a->instructions > 0) {
                fprintf(out, "address %" PRIx64 " %" PRIu64 "\n", a->address, a->instructions);
            }
        }
    }
    for (int bucket = 0; bucket < SYMBOL_BUCKETS; bucket++) {
        for (const struct symbol *symbol = symbols[bucket]; symbol != NULL; symbol = symbol->next) {
            if (symbol->instructions > 0) {
                fprintf(out, "symbol %s %" PRIu64 "\n", symbol->name, symbol->instructions);
            }
        }
    }
}

static void on_exit_of_emulator(qemu_plugin_id_t id, void *unused) {
    (void)id;
    (void)unused;
    if (out_path == NULL) {
        print_counts(stderr);
        return;
    }
    FILE *out = fopen(out_path, "w");
    if (out == NULL) {
        perror(out_path);
        return;
    }
    print_counts(out);
    fclose(out);
}

QEMU_PLUGIN_EXPORT int qemu_plugin_version = 1;

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
                                           int argc, char **argv) {
    is_aarch64 = strcmp(info->target_name, "aarch64") == 0;
    for (int i = 0; i < argc; i++) {
        if (strncmp(argv[i], "out=", 4) == 0) {
            out_path = strdup(argv[i] + 4);
        } else if (strcmp(argv[i], "calls=on") == 0) {
            list_calls = true;
        } else if (strcmp(argv[i], "symbols=on") == 0) {
            count_symbols = true;
        } else if (strcmp(argv[i], "addresses=on") == 0) {
            count_addresses = true;
        } else if (strcmp(argv[i], "calls=off") != 0 && strcmp(argv[i], "symbols=off") != 0 &&
                   strcmp(argv[i], "addresses=off") != 0) {
            fprintf(stderr, "icount: unknown argument %s\n", argv[i]);
            return -1;
        }
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_exit_of_emulator, NULL);
    return 0;
}
