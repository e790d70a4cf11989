import { posteriorFile, safetensorsFile } from "../../../scripts/posterior/posterior-file.js";
import { small } from "../support/small-models.js";
import type { Rejected } from "./case.js";

const good = posteriorFile(small);
const data = new Uint8Array(32);

/** Files that are no sound safetensors file, or hold no graph. */
export const containerCases: readonly Rejected[] = [
  {
    name: "an empty file",
    file: () => new Uint8Array(0),
    expected: ["truncated-file file"],
    says: /^the file is empty /,
  },
  {
    name: "a file cut within its data",
    file: () => good.subarray(0, good.length - 1),
    expected: ["truncated-file file"],
    says: /tensors take 768 bytes .* the file has 767/,
  },
  {
    name: "a file cut within its header",
    file: () => good.subarray(0, 100),
    expected: ["header-too-large file"],
    says: /only 92 bytes follow/,
  },
  {
    name: "a byte too many",
    file: () => Buffer.concat([good, new Uint8Array(1)]),
    expected: ["over-long-file file"],
    says: /768 bytes .* 769/,
  },
  {
    name: "a header length beyond any file",
    file: () => Buffer.alloc(64, 0xff),
    expected: ["header-too-large file"],
    says: /18446744073709551615 bytes/,
  },
  {
    name: "a header that is no JSON",
    file: () => safetensorsFile("{'t0': 1}", data),
    expected: ["bad-header file header"],
    says: /JSON object/,
  },
  {
    name: "a header that is no object",
    file: () => safetensorsFile("[]", data),
    expected: ["bad-header file header"],
    says: /JSON object/,
  },
  {
    name: "a header that is no UTF-8",
    file: () => Buffer.concat([Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe]), data]),
    expected: ["bad-header file header"],
    says: /UTF-8/,
  },
  {
    name: "metadata that are no strings",
    file: () => safetensorsFile('{"__metadata__": {"pfp": {"schema": 1}}}', new Uint8Array(0)),
    expected: ["bad-header __metadata__"],
    says: /json\.dumps/,
  },
  {
    name: "a tensor without shape",
    file: withEntry({ dtype: "F32", data_offsets: [0, 32] }),
    expected: ["bad-header t0"],
    says: /data_offsets/,
  },
  {
    name: "a shape that no integer holds",
    file: withEntry({ dtype: "F32", shape: [2 ** 53], data_offsets: [0, 32] }),
    expected: ["bad-header t0"],
    says: /whole numbers/,
  },
  {
    name: "a shape whose product overflows",
    file: withEntry({ dtype: "F32", shape: [2 ** 40, 2 ** 40], data_offsets: [0, 32] }),
    expected: ["size-mismatch t0"],
    says: /give it 32/,
  },
  {
    name: "a dtype that holds no posterior",
    file: withEntry({ dtype: "I32", shape: [8], data_offsets: [0, 32] }),
    expected: ["unsupported-dtype t0"],
    says: /F64, F32, F16, BF16, found I32/,
  },
  {
    name: "a size that does not follow from dtype and shape",
    file: withEntry({ dtype: "F32", shape: [7], data_offsets: [0, 32] }),
    expected: ["size-mismatch t0"],
    says: /takes 28 bytes.*\[0, 32\] give it 32/,
  },
  {
    name: "an end before the beginning",
    file: withEntry({ dtype: "F32", shape: [0], data_offsets: [32, 0] }),
    expected: ["size-mismatch t0"],
    says: /-32/,
  },
  {
    name: "overlapping tensors",
    file: withOffsets([0, 20], [16, 32]),
    expected: ["overlapping-offsets t1"],
    says: /byte 20, where t0 ends; it begins at 16/,
  },
  {
    name: "a hole between tensors",
    file: withOffsets([0, 12], [16, 32]),
    expected: ["offset-gap t1"],
    says: /byte 12, where t0 ends; it begins at 16/,
  },
  {
    name: "a misaligned tensor",
    file: () =>
      safetensorsFile(
        JSON.stringify({
          t0: { dtype: "F16", shape: [1], data_offsets: [0, 2] },
          t1: { dtype: "F32", shape: [1], data_offsets: [2, 6] },
        }),
        new Uint8Array(6),
      ),
    expected: ["misaligned-offset t1"],
    says: /multiple of 4 bytes, it begins at 2/,
  },
  {
    name: "a tensor called __proto__",
    file: () => {
      const entry = '{"dtype": "F32", "shape": [8], "data_offsets": [0, 28]}';
      return safetensorsFile(`{"__proto__": ${entry}}`, data);
    },
    expected: ["size-mismatch __proto__"],
    says: /give it 28/,
  },
  {
    name: "a file without the graph",
    file: withOffsets([0, 32]),
    expected: ["missing-graph __metadata__.pfp"],
    says: /docs\/posterior-format\.md/,
  },
];

/** A file of F32 tensors of one float each at these offsets; data of 32 bytes. */
function withOffsets(...offsets: [number, number][]): () => Uint8Array {
  const entries = offsets.map(([begin, end], i) => {
    return [`t${i}`, { dtype: "F32", shape: [(end - begin) / 4], data_offsets: [begin, end] }];
  });
  return () => safetensorsFile(JSON.stringify(Object.fromEntries(entries)), data);
}

function withEntry(entry: object): () => Uint8Array {
  return () => safetensorsFile(JSON.stringify({ t0: entry }), data);
}
