import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { targets } from "../../codegen/src/target/targets.js";
import { boardCommand } from "./board-command.js";
import type { Reporter } from "./count.js";

/** One process that runs test cases. */
export interface Suite {
  readonly name: string;
  readonly command: readonly string[];
  readonly reporter: Reporter;
}

/** What the others need: comes first, on its own. */
export const build: Suite = check("build", "make", "-s", "-k", "built");

/** The C library and its tests on one board with one compiler. */
interface CBuild {
  readonly board: string;
  readonly folder: string;
  /** Further variables for scripts/c.mk. */
  readonly variables: readonly string[];
}

const cBuilds: readonly CBuild[] = [
  { board: "host", folder: "host-sanitized", variables: ["SANITIZE=1"] },
  { board: "host", folder: "host-gcc-x86-64", variables: ["COMPILER=gcc", "ARCH=x86-64"] },
  ...hostWithAvx2(),
  { board: "linux-a53", folder: "cortex-a53", variables: [] },
  { board: "linux-a72", folder: "cortex-a72", variables: [] },
  { board: "linux-a76", folder: "cortex-a76", variables: [] },
  { board: "mps2-an386", folder: "cortex-m4", variables: [] },
  { board: "mps2-an500", folder: "cortex-m7", variables: [] },
  { board: "mps3-an547", folder: "cortex-m55", variables: [] },
  withCompiler("linux-a53", "cortex-a53", "aarch64-linux-gnu-gcc"),
  withCompiler("mps3-an547", "cortex-m55", "arm-none-eabi-gcc"),
];

/** A relative of those above, which only `make test WIDE=1` builds and runs. */
const wideBuilds: readonly CBuild[] = [
  withCompiler("mps2-an500", "cortex-m7", "arm-none-eabi-gcc"),
];

/** Built only, and with WIDE=1: what their compilers do runs above on a relative of their processor. */
const compiledOnly: readonly CBuild[] = [
  withCompiler("host", "host", "gcc"),
  withCompiler("linux-a72", "cortex-a72", "aarch64-linux-gnu-gcc"),
  withCompiler("linux-a76", "cortex-a76", "aarch64-linux-gnu-gcc"),
  withCompiler("mps2-an386", "cortex-m4", "arm-none-eabi-gcc"),
];

function withCompiler(board: string, target: string, compiler: string): CBuild {
  return { board, folder: `${target}-${compiler}`, variables: [`COMPILER=${compiler}`] };
}

/** The middle width of the x86 kernels, where this computer has it: host-sanitized is its widest. */
function hostWithAvx2(): CBuild[] {
  const has = / avx2 .* fma | fma .* avx2 /.test(readFileSync("/proc/cpuinfo", "utf8"));
  const variables = ["ARCH=x86-64-v3"];
  return has ? [{ board: "host", folder: "host-x86-64-v3", variables }] : [];
}

/** Everything about the C library; `wide` with the builds that take too long for every change. */
export function cSuites(wide: boolean): Suite[] {
  const programs = files("test/c", /^test_.*\.c$/).map((path) => path.replace(/^.*\/|\.c$/g, ""));
  return [
    ...targets.map(({ name }) =>
      check(`undefined symbols, ${name}`, "scripts/check/undefined-symbols.sh", name),
    ),
    check("headers as C++17", "scripts/check/headers-cpp.sh"),
    check("CMake project", "scripts/check/cmake.sh"),
    ...[...cBuilds, ...(wide ? wideBuilds : [])].flatMap((build) => [
      compile(build),
      ...programs.map(
        (program): Suite => ({
          name: `${program}, ${build.folder}`,
          command: boardCommand(build.board, `build/${build.folder}/test/${program}`),
          reporter: "cmocka",
        }),
      ),
    ]),
    ...(wide ? compiledOnly.map(compile) : []),
  ];
}

/** Everything else: formatting, types, the generator, whole networks, examples. */
export function toolSuites(): Suite[] {
  return [
    check("lint", "make", "-s", "lint"),
    check("kernel names", "node", "--import", "tsx", "scripts/check/kernel-names.ts"),
    check("types of the tests", "node_modules/.bin/tsc", "-p", "test"),
    check("examples", "scripts/examples.sh", "--check"),
    ...files("test/ts", /\.test\.ts$/).map(
      (path): Suite => ({
        name: path,
        command: ["node", "--import", "tsx", path],
        reporter: "uvu",
      }),
    ),
  ];
}

/** What the tests of train/ need: its venv, and the pfp command. */
export const trainBuild: Suite = check("build of train/", "make", "-s", "codegen", "train-venv");

/** Tests of train/ and of the command that calls it. */
export function trainSuites(): Suite[] {
  return [
    check("lint of train/", "make", "-s", "-C", "train", "lint"),
    check("types of train/", "make", "-s", "-C", "train", "types"),
    { name: "train/tests", command: ["make", "-s", "-C", "train", "tests"], reporter: "pytest" },
    {
      name: "pfp train",
      command: ["node", "--import", "tsx", "test/ts/cli-train.test.ts"],
      reporter: "uvu",
    },
  ];
}

function compile({ board, folder, variables }: CBuild): Suite {
  return check(
    `compile, ${folder}`,
    ...["make", "-s", "-k", "-f", "scripts/c.mk", `BOARD=${board}`, ...variables],
    ...["library", "foreign", "tests"],
  );
}

function check(name: string, ...command: string[]): Suite {
  return { name, command, reporter: "check" };
}

function files(folder: string, pattern: RegExp): string[] {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names
    .filter((name) => pattern.test(name))
    .sort()
    .map((name) => join(folder, name));
}
