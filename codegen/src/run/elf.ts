/** A section of an ELF file that takes memory in the running program. */
export interface Section {
  readonly name: string;
  /** 0 in an object file. */
  readonly address: number;
  readonly bytes: number;
  readonly executable: boolean;
  readonly writable: boolean;
}

/** Where the fields of file and section headers stand, by word size. */
const LAYOUTS = {
  32: {
    sections: 0x20,
    entry: 0x2e,
    count: 0x30,
    names: 0x32,
    flags: 8,
    address: 12,
    offset: 16,
    size: 20,
  },
  64: {
    sections: 0x28,
    entry: 0x3a,
    count: 0x3c,
    names: 0x3e,
    flags: 8,
    address: 16,
    offset: 24,
    size: 32,
  },
} as const;

const WRITE = 1;
const ALLOCATE = 2;
const EXECUTE = 4;

/**
 * The sections of a little-endian ELF file that are part of the memory image.
 *
 * @throws when `bytes` is no such file
 */
export function elfSections(bytes: Uint8Array): Section[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [wordSize, byteOrder] = bytes.subarray(4, 6);
  if (view.getUint32(0) !== 0x7f454c46 || byteOrder !== 1) {
    throw new Error("not a little-endian ELF file");
  }
  const layout = wordSize === 2 ? LAYOUTS[64] : LAYOUTS[32];
  const word = (at: number) =>
    wordSize === 2 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
  const header = (index: number) =>
    word(layout.sections) + index * view.getUint16(layout.entry, true);
  const names = word(header(view.getUint16(layout.names, true)) + layout.offset);
  const nameAt = (start: number) =>
    Buffer.from(bytes.subarray(start, bytes.indexOf(0, start))).toString("latin1");

  const sections: Section[] = [];
  for (let index = 0; index < view.getUint16(layout.count, true); index++) {
    const at = header(index);
    const flags = word(at + layout.flags);
    if ((flags & ALLOCATE) !== 0) {
      sections.push({
        name: nameAt(names + view.getUint32(at, true)),
        address: word(at + layout.address),
        bytes: word(at + layout.size),
        executable: (flags & EXECUTE) !== 0,
        writable: (flags & WRITE) !== 0,
      });
    }
  }
  return sections;
}
