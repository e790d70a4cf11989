/** The start-up of the bare-metal board, with each of its compilers. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { board, buildProgram } from "./support/board-program.js";
import { temporaryFolder } from "./support/temporary.js";

const HOSTED = `
#include <arm_mve.h>
#include <stdio.h>
#include <stdlib.h>

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
        return *(volatile int *)0x50000000;
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

    float32x4_t product = vmulq_f32(vdupq_n_f32((float)length), vdupq_n_f32(2.0f));
    fprintf(stderr, "done\\n");
    return (int)vgetq_lane_f32(product, 3);
}
`;

const BARE = `
#include <arm_mve.h>

int main(void) {
    float32x4_t product = vmulq_f32(vdupq_n_f32(3.0f), vdupq_n_f32(2.0f));
    return (int)vgetq_lane_f32(product, 3);
}
`;

const folder = temporaryFolder();
const an547 = await board("mps3-an547");

for (const compiler of an547.compilers) {
  test(`${compiler.cc}: arguments, files, memory, Helium and exit code`, () => {
    const program = buildProgram(folder, an547, compiler, HOSTED);
    const content = "twenty bytes, 123456";
    writeFileSync(join(folder, "in.txt"), content);
    const { code, stdout, stderr } = program.run(["in.txt", "out.txt"], { cwd: folder });
    assert.is(stdout, "[in.txt][out.txt] 1 3 0 0.25\n");
    assert.is(stderr, "done\n");
    assert.is(code, 40);
    assert.is(readFileSync(join(folder, "out.txt"), "utf8"), content);
  });

  test(`${compiler.cc}: a fault and a stack overflow are reported and end the program`, () => {
    const program = buildProgram(folder, an547, compiler, HOSTED);
    const fault = program.run(["fault"]);
    assert.is(fault.code, 120);
    assert.match(fault.stderr, /^fault: CFSR 0x00008200, .* at 0x0000/);
    const overflow = program.run(["overflow"]);
    assert.is(overflow.code, 120);
    assert.match(overflow.stderr, /^fault: CFSR 0x00100000, /);
  });

  test(`${compiler.cc}: firmware without files and heap`, () => {
    const program = buildProgram(folder, an547, compiler, BARE, ["startup.c"]);
    assert.is(program.run([]).code, 6);
  });
}

test.run();
