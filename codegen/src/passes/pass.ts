import type { Result } from "../diagnostics.js";
import type { Graph } from "../ir/graph.js";
import type { KernelOptions, KernelTable, Mode } from "../ir/kernel-table.js";
import type { Sampling } from "../ir/sampling.js";

/** What a pass may know about the target. */
export interface PassContext extends KernelOptions {
  readonly kernels: KernelTable;
  readonly mode: Mode;
  /** Whether a calibration that the file holds is applied; default: yes. */
  readonly calibrated?: boolean;
  /** Of mode `sampled`. */
  readonly sampling?: Sampling;
}

/** A step from graph to graph. All but the first take a validated graph, and leave one. */
export interface Pass {
  readonly name: string;
  readonly run: (graph: Graph, context: PassContext) => Result<Graph>;
}
