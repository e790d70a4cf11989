import { type Diagnostic, failure, type Result, success } from "../diagnostics.js";

const keywords =
  "alignas alignof and and_eq asm auto bitand bitor bool break case catch char class compl concept const const_cast consteval constexpr constinit continue co_await co_return co_yield decltype default delete do double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires restrict return short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef typeid typename typeof union unsigned using virtual void volatile wchar_t while xor xor_eq";

/** Standard headers, which a model's own header must not shadow. */
const headers =
  "assert complex ctype errno fenv inttypes iso646 limits locale math setjmp signal stdarg stdbool stddef stdint stdio stdlib string tgmath time wchar wctype";

const taken = new Set([...keywords.split(" "), ...headers.split(" ")]);

const MAX_LENGTH = 40;

/** Checks the name of a generated model, which becomes a prefix of C names and of file names. */
export function checkModelName(name: string): Result<string> {
  const problem = (message: string): Result<string> => {
    const hint = "choose a name like 'digits': it becomes digits.h and digits_predict";
    const diagnostic: Diagnostic = { code: "bad-name", path: "--name", message, hint };
    return failure(diagnostic);
  };
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name) || name.length > MAX_LENGTH) {
    return problem(
      `expected a letter, then letters, digits or '_', ${MAX_LENGTH} at most; found '${name}'`,
    );
  }
  if (taken.has(name)) {
    return problem(`'${name}' is a keyword of C or C++, or the name of a standard header`);
  }
  return /^pfp(_|$)/i.test(name)
    ? problem(`'${name}' belongs to the runtime library`)
    : success(name);
}

/**
 * C identifiers for layers, by layer name: lower case, different from each other, from `reserved`
 * and from themselves in upper case.
 */
export function layerIdentifiers(
  names: readonly string[],
  reserved: readonly string[],
): ReadonlyMap<string, string> {
  const used = new Set(reserved);
  const identifiers = new Map<string, string>();
  for (const name of names) {
    const plain = name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "_")
      .replace(/^_+|_+$/g, "");
    const base = /^[a-z]/.test(plain) ? plain : `layer${plain === "" ? "" : `_${plain}`}`;
    let identifier = base;
    for (let number = 2; used.has(identifier); number++) {
      identifier = `${base}_${number}`;
    }
    used.add(identifier);
    identifiers.set(name, identifier);
  }
  return identifiers;
}

/** `my_net` as MyNet, the prefix of TypeScript types. */
export function pascalCase(name: string): string {
  return name
    .split("_")
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
