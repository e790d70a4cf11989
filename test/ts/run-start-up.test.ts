/** The start-up of the bare-metal boards, with each of their compilers. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Board } from "../../codegen/src/target/board.js";
import { board, buildProgram } from "./support/board-program.js";
import { temporaryFolder } from "./support/temporary.js";

/** Two numbers multiplied on the FPU, in Helium where there is one. */
const PRODUCT = `
#ifdef __ARM_FEATURE_MVE
#include <arm_mve.h>
#endif

static int product(float a, float b) {
#ifdef __ARM_FEATURE_MVE
    return (int)vgetq_lane_f32(vmulq_f32(vdupq_n_f32(a), vdupq_n_f32(b)), 3);
#else
    volatile float factor = a;
    return (int)(factor * b);
#endif
}
`;

const HOSTED = `
#include <stdio.h>
#include <stdlib.h>
${PRODUCT}

static int constructed;
static int initialised[3] = {1, 2, 3};
static int zeroed[1000];

__attribute__((constructor)) static void construct(void) {
    constructed = 1;
}

static volatile int depth;
__attribute__((noinline)) static int overflow(int n) {
    volatile char frame[4000];
    frame[n % 4000] = 1;
    depth = n;
    return n < 0 ? 0 : overflow(n + 1) + frame[0];
}

int main(int argc, char **argv) {
    if (argc == 2 && argv[1][0] == 'f') {
        __asm__ volatile("udf #0");
    }
    if (argc == 2 && argv[1][0] == 'o') {
        return overflow(1);
    }
    for (int i = 1; i < argc; i++) {
        printf("[%s]", argv[i]);
    }
    printf(" %d %d %d %.2f\\n", constructed, initialised[2], zeroed[999], 0.25);

    char *text = malloc(1000000);
    FILE *in = fopen(argv[1], "rb");
    size_t length = fread(text, 1, 1000000, in);
    fclose(in);
    FILE *out = fopen(argv[2], "wb");
    fwrite(text, 1, length, out);
    fclose(out);

    fprintf(stderr, "done\\n");
    return product((float)length, 2.0f);
}
`;

const BARE = `
${PRODUCT}
int main(void) {
    return product(3.0f, 2.0f);
}
`;

/** Writes into the first and last word of each memory and, then, reads them back. */
function memoryProgram({ memory = [] }: Board): string {
  const words = memory.flatMap(({ origin, bytes }) => [Number(origin), Number(origin) + bytes - 4]);
  return `
static volatile unsigned *volatile words[] = {${words.map((word) => `(volatile unsigned *)${word}U`)}};

int main(void) {
    for (unsigned i = 0; i < ${words.length}; i++) {
        *words[i] = 0x5eed0000U + i;
    }
    for (unsigned i = 0; i < ${words.length}; i++) {
        if (*words[i] != 0x5eed0000U + i) {
            return 1 + (int)i;
        }
    }
    return 0;
}
`;
}

/** The stack limit of Armv8-M; the memory protection of Armv7-M. */
const OVERFLOW: Record<string, RegExp> = {
  "cortex-m4": /^fault: CFSR 0x00000092, /,
  "cortex-m7": /^fault: CFSR 0x00000092, /,
  "cortex-m55": /^fault: CFSR 0x00100000, /,
};

const BARE_SOURCES = ["${common}/startup.c"];

const folder = temporaryFolder();

for (const name of ["mps2-an386", "mps2-an500", "mps3-an547"]) {
  const bare = await board(name);
  for (const compiler of bare.compilers) {
    const on = `${name}, ${compiler.cc}`;

    test(`${on}: arguments, files, memory, FPU and exit code`, () => {
      const program = buildProgram(folder, bare, compiler, HOSTED);
      const content = "twenty bytes, 123456";
      writeFileSync(join(folder, "in.txt"), content);
      const { code, stdout, stderr } = program.run(["in.txt", "out.txt"], { cwd: folder });
      assert.is(stdout, "[in.txt][out.txt] 1 3 0 0.25\n");
      assert.is(stderr, "done\n");
      assert.is(code, 40);
      assert.is(readFileSync(join(folder, "out.txt"), "utf8"), content);
    });

    test(`${on}: a fault and a stack overflow are reported and end the program`, () => {
      const program = buildProgram(folder, bare, compiler, HOSTED);
      const fault = program.run(["fault"]);
      assert.is(fault.code, 120);
      assert.match(fault.stderr, /^fault: CFSR 0x00010000, .* at 0x0000(?!0000)/);
      const overflow = program.run(["overflow"]);
      assert.is(overflow.code, 120);
      assert.match(overflow.stderr, OVERFLOW[bare.target] ?? /never/);
    });

    test(`${on}: each memory is there, from its first word to its last`, () => {
      const program = buildProgram(folder, bare, compiler, memoryProgram(bare), BARE_SOURCES);
      assert.is(program.run([]).code, 0);
    });

    test(`${on}: firmware without files and heap`, () => {
      const program = buildProgram(folder, bare, compiler, BARE, BARE_SOURCES);
      assert.is(program.run([]).code, 6);
    });
  }
}

test.run();
