import { z } from "zod";

/** The newest graph schema this importer reads. */
export const SCHEMA = 1;

const extent = z.int().min(1).max(65535);
const padding = z.int().min(0).max(65535);
/** One for all channels, or one each; within the range of float. */
const perChannel = z.array(z.number().min(-1e38).max(1e38)).min(1);

/** Within the range of float, squared and inverted too. */
const positive = z.number().min(1e-15).max(1e15);
/** A bound on an uncertainty, within the range of float. */
const nats = z.number().min(0).max(1e38);

/** The graph in `__metadata__.pfp` (docs/posterior-format.md), operators and heads aside. */
export const graphSchema = z.strictObject({
  schema: z.int(),
  name: z.string().min(1).max(80),
  input: z.strictObject({
    shape: z.union(
      [z.tuple([z.int().min(1)]), z.tuple([z.int().min(1), z.int().min(1), z.int().min(1)])],
      {
        error: "expected [length] or [channels, height, width]",
      },
    ),
    mean: perChannel.default([0]),
    scale: perChannel.default([1]),
  }),
  ops: z
    .array(
      z.strictObject({
        name: z
          .string()
          .max(64)
          .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, "expected letters, digits, '_', '.' and '-'"),
        op: z.string(),
        inputs: z.array(z.string()),
        attributes: z.unknown().optional(),
      }),
    )
    .min(1),
  output: z.looseObject({ head: z.string() }),
  decision: z
    .strictObject({
      max_epistemic: nats,
      max_total: nats.optional(),
      provenance: z.unknown().optional(),
    })
    .optional(),
  provenance: z.unknown().optional(),
  calibration: z
    .strictObject({
      factors: z.record(z.string(), positive),
      temperature: positive,
      provenance: z.unknown().optional(),
    })
    .optional(),
});

export type GraphJson = z.infer<typeof graphSchema>;
export type OpJson = GraphJson["ops"][number];

/** What `attributes` holds, by operator. */
export const opAttributes = {
  dense: z.strictObject({}),
  conv2d: z.strictObject({
    stride: z.tuple([extent, extent]).default([1, 1]),
    padding: z.tuple([padding, padding, padding, padding]).default([0, 0, 0, 0]),
  }),
  relu: z.strictObject({}),
  maxpool2d: z.strictObject({
    size: z.tuple([extent, extent]),
    stride: z.tuple([extent, extent]).optional(),
  }),
  flatten: z.strictObject({}),
};

/** What `output` holds, by head. */
export const heads = {
  classification: z.strictObject({
    head: z.literal("classification"),
    input: z.string(),
    labels: z.array(z.string().max(200)),
  }),
  regression: z.strictObject({
    head: z.literal("regression"),
    input: z.string(),
    noise_sd: z.array(z.number().min(0).max(1e18)),
  }),
};
