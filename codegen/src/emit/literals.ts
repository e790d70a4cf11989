/** Longest line of generated code. */
const COLUMNS = 100;
const INDENT = "    ";

/** A C literal that reads back as exactly the float nearest to `value`. */
export function floatLiteral(value: number): string {
  const float = Math.fround(value);
  if (!Number.isFinite(float)) {
    throw new Error(`${value} is no finite float`);
  }
  if (float === 0) {
    return Object.is(float, -0) ? "-0.0f" : "0.0f";
  }
  const text = float.toPrecision(9);
  const exponent = text.indexOf("e");
  const digits = exponent < 0 ? text : text.slice(0, exponent);
  const power = exponent < 0 ? "" : text.slice(exponent);
  return `${trimZeros(digits)}${power}f`;
}

/** Drops zeros at the end of a decimal fraction, all but one: 0.500 to 0.5, 2.000 to 2.0. */
function trimZeros(digits: string): string {
  if (!digits.includes(".")) {
    return `${digits}.0`;
  }
  let end = digits.length;
  while (digits[end - 1] === "0" && digits[end - 2] !== ".") {
    end--;
  }
  return end === digits.length ? digits : digits.slice(0, end);
}

/** The initialisers of a float array, as many on a line as fit. */
export function floatArray(values: Float32Array): string {
  return wrap(Array.from(values, (value) => `${floatLiteral(value)},`));
}

/** The initialisers of an array of words, in hexadecimal. */
export function wordArray(values: Uint32Array): string {
  return wrap(Array.from(values, (value) => `0x${value.toString(16).padStart(8, "0")},`));
}

/** Pieces with blanks between them, broken to lines of at most 100 columns. */
export function wrap(pieces: readonly string[]): string {
  const lines: string[] = [];
  let line = INDENT;
  for (const piece of pieces) {
    if (line.length + piece.length > COLUMNS) {
      lines.push(line.trimEnd());
      line = INDENT;
    }
    line += `${piece} `;
  }
  return [...lines, line.trimEnd()].join("\n");
}

/** A C string literal of the text in UTF-8. Octal escapes, as hexadecimal ones do not end. */
export function stringLiteral(text: string): string {
  const escaped = Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 !#$%&'()*+,\-./:;<=>@[\]^_`{|}~]/.test(character)
      ? character
      : `\\${byte.toString(8).padStart(3, "0")}`;
  });
  return `"${escaped.join("")}"`;
}

/** Text that can stand in a comment of C, C++ and CMake without ending it. */
export function commentText(text: string): string {
  return text.replace(/[^A-Za-z0-9 _.,:;()+-]/g, "_");
}

/** A C function call as a statement `depth` blocks deep, broken between arguments to fit the line. */
export function callStatement(start: string, args: readonly string[], depth = 1): string {
  const first = `${INDENT.repeat(depth)}${start}(`;
  const lines: string[] = [];
  let line = first;
  for (const [index, argument] of args.entries()) {
    const piece = index === args.length - 1 ? `${argument});` : `${argument}, `;
    if (line.length + piece.trimEnd().length > COLUMNS) {
      lines.push(line.trimEnd());
      line = " ".repeat(first.length);
    }
    line += piece;
  }
  return [...lines, line].join("\n");
}
