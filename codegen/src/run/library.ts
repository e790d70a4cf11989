import { relative } from "node:path";
import type { Diagnostic } from "../diagnostics.js";
import { type Library, resources } from "./resources.js";

/** How to get a library, or to bring it up to date. */
export function libraryHint({ compiler }: Library): string {
  return `run 'make ${compiler === undefined ? "lib" : "lib-all"}' in ${resources.root}`;
}

/** The problem with a library that is not there. */
export function missingLibrary(library: Library): Diagnostic {
  return problem("missing-library", library, `${called(library)} is not built`);
}

/** The problem with a library that lacks a function, which that of pfp as it is now has. */
export function staleLibrary(library: Library, symbol: string): Diagnostic {
  const message = `${called(library)} is older than pfp: it has no ${symbol}`;
  return problem("stale-library", library, message);
}

function called({ target, compiler }: Library): string {
  return `the pfp library for ${target}${compiler === undefined ? "" : ` by ${compiler}`}`;
}

function problem(code: string, library: Library, message: string): Diagnostic {
  const path = relative(resources.root, resources.library(library));
  return { code, path, message, hint: libraryHint(library) };
}
