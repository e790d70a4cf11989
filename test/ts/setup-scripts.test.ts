import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";

const NODE_FITS = "scripts/setup/node-fits.sh";
const PACKAGES = "scripts/setup/packages.sh";

/** The folder of a command in PATH. */
function find(command: string): string {
  return spawnSync("bash", ["-c", `command -v ${command}`], { encoding: "utf8" }).stdout.trim();
}

/** Runs a script with nothing in PATH but `commands`. */
function runWith(commands: readonly string[], script: string) {
  const folder = mkdtempSync(join(tmpdir(), "pfp-path-"));
  try {
    for (const command of commands) {
      symlinkSync(find(command), join(folder, command));
    }
    return spawnSync(find("bash"), [script], { env: { PATH: folder }, encoding: "utf8" });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("a machine with Node and npm needs no other Node", () => {
  assert.is(runWith(["node", "npm"], NODE_FITS).status, 0);
});

test("a machine without Node, or without npm, needs them", () => {
  assert.is.not(runWith([], NODE_FITS).status, 0);
  assert.is.not(runWith(["node"], NODE_FITS).status, 0);
  assert.is.not(runWith(["npm"], NODE_FITS).status, 0);
});

test("a machine without Debian's package tools is told what to do", () => {
  const { status, stderr } = runWith(["dirname"], PACKAGES);
  assert.is(status, 1);
  assert.match(stderr, "not a Debian system");
});

/** In a root folder of root's own, as debootstrap may leave one, nobody else can start a program. */
const othersMayRun = (statSync("/").mode & 0o001) !== 0;

(othersMayRun ? test : test.skip)(
  "without root, what is missing is named in one line for root",
  () => {
    const folder = mkdtempSync(join(tmpdir(), "pfp-setup-"));
    try {
      // A copy that anybody may read, in a place without sudo, Node and npm.
      chmodSync(folder, 0o755);
      cpSync("scripts/setup", join(folder, "scripts/setup"), { recursive: true });
      appendFileSync(join(folder, "scripts/setup/packages.txt"), "not-a-package  is missing\n");
      for (const command of [
        "apt-get",
        "awk",
        "bash",
        "comm",
        "dirname",
        "dpkg-query",
        "env",
        "sort",
      ]) {
        symlinkSync(find(command), join(folder, command));
      }
      const { status, stdout, stderr } = spawnSync(join(folder, PACKAGES), {
        env: { PATH: folder },
        encoding: "utf8",
        ...(process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}),
      });
      assert.is(status, 1);
      assert.is(stdout, "");
      assert.match(
        stderr,
        /^apt-get update && apt-get install -y --no-install-recommends .*not-a-package/m,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test("a set-up check that finds all in place takes less than 3 s", () => {
  // Other suites run at the same time, so the fastest of three counts.
  const seconds = [1, 2, 3].map(() => {
    const start = performance.now();
    const { status, stdout } = spawnSync("make", ["-s", "setup"], { encoding: "utf8" });
    assert.is(status, 0);
    assert.is(stdout, "");
    return (performance.now() - start) / 1000;
  });
  assert.ok(Math.min(...seconds) < 3, `${seconds}`);
});

interface Locked {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Record<string, string>;
}

const { packages: locked } = JSON.parse(readFileSync("package-lock.json", "utf8")) as {
  packages: Record<string, Locked>;
};

test("package-lock.json names no registry, so that it works with any", () => {
  const resolved = Object.values(locked).filter((entry) => entry.resolved && !entry.link);
  assert.equal(resolved, []);
});

test("package-lock.json holds the programs for other platforms, else npm ci refuses it", () => {
  for (const [path, { optionalDependencies = {} }] of Object.entries(locked)) {
    for (const name of Object.keys(optionalDependencies)) {
      assert.ok(locked[`node_modules/${name}`], `${path} needs ${name}`);
    }
  }
});

test("npm packages are pinned", () => {
  for (const path of ["package.json", "codegen/package.json"]) {
    const { dependencies = {}, devDependencies = {} } = JSON.parse(readFileSync(path, "utf8")) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
      assert.match(version, /^\d+\.\d+\.\d+$/, `${path}: ${name}`);
    }
  }
});

test.run();
