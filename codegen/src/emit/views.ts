/** What the templates in templates/ read. Every number, name and comment is finished here. */

interface CommonView {
  /** Prefix of the C names. */
  readonly name: string;
  /** The network's own name. */
  readonly graph: string;
  readonly toolVersion: string;
  /** Target and options, in words. */
  readonly options: string;
  readonly posteriorSha256: string;
  readonly generation: string;
}

/** templates/model.h.hbs */
export interface HeaderView extends CommonView {
  /** Prefix of the macros. */
  readonly upper: string;
  readonly abiVersion: number;
  readonly weightsHash: string;
  readonly arenaBytes: number;
  readonly arenaAlign: number;
  readonly inputLength: number;
  readonly inputOrder: string;
  /** The most inputs of one call. */
  readonly batchSize: number;
  readonly batch: boolean;
  readonly classification: boolean;
  readonly outputs: number;
  /** The parameters of NAME_predict. */
  readonly parameters: string;
  readonly decision: DecisionView;
  readonly sampled: boolean;
  /** Whether weights are drawn beforehand; else draws are made in each pass. */
  readonly beforehand: boolean;
  readonly sampling: SamplingHeaderView;
  readonly trace: boolean;
  readonly traceLayers: number;
  readonly constants: readonly {
    readonly type: string;
    readonly identifier: string;
    readonly length: number;
    readonly place: string;
  }[];
}

/** The thresholds of NAME_decide, as C literals. */
export interface DecisionView {
  /** Empty where the model decides nothing. */
  readonly maxEpistemic: string;
  /** Empty where no input is ambiguous. */
  readonly maxTotal: string;
}

/** What model.h says of a sampled network; empty for another. */
export interface SamplingHeaderView {
  readonly samples: number;
  /** Bytes of the weights drawn beforehand. */
  readonly drawnBytes: number;
  /** What differs from pass to pass. */
  readonly what: string;
  /** The parameter that the draws come from. */
  readonly source: string;
}

/** templates/model.c.hbs and its parts in templates/model.c/ */
export interface SourceView extends CommonView {
  readonly upper: string;
  /** Instruction sets that its kernels need. */
  readonly needs: readonly { readonly macro: string; readonly error: string }[];
  readonly places: readonly PlaceView[];
  /** The place that ends last. */
  readonly lastPlace: PlaceView;
  /** The length of each constant, as the kernel that reads it computes it. */
  readonly sizes: readonly { readonly identifier: string; readonly bytes: string }[];
  readonly shapes: readonly ShapeView[];
  readonly classification: boolean;
  /** The initialisers of the labels. */
  readonly labels: string;
  readonly trace: boolean;
  readonly traceLayers: readonly TraceView[];
  /** Whether a layer reads an input that was shifted when it was copied. */
  readonly noShift: boolean;
  readonly input: CallView;
  /** Whether the input is copied to the arena, or only checked and read by the first layer. */
  readonly copiesInput: boolean;
  /** Layers that run for each input; in a sampled network, those before the first draw. */
  readonly layers: readonly LayerView[];
  /** Layers that then run once for the whole batch. */
  readonly batchedLayers: readonly CallView[];
  /** Whether one call takes a batch, and whether layers run for each input of it. */
  readonly batch: boolean;
  readonly eachInput: boolean;
  /** The parameters of NAME_predict, and when it refuses them. */
  readonly parameters: string;
  readonly nullCheck: string;
  readonly alignCheck: string;
  readonly sampled: boolean;
  /** Whether weights are drawn beforehand. */
  readonly beforehand: boolean;
  readonly sampling: SamplingView;
  /** Whether what the head reads is finite, as C expressions; empty where it has no variances. */
  readonly meanInRange: string;
  readonly varInRange: string;
  /** Where the means and variances that the head reads are, of one input. */
  readonly logitsMean: string;
  readonly logitsVar: string;
  /** Empty where logits are independent. */
  readonly covarianceCall: string;
  readonly classifyCall: string;
  /** Empty where logits are uncertain. */
  readonly softmaxCall: string;
  readonly decision: DecisionView;
  /** Whether the value the head reads has no variance. */
  readonly exact: boolean;
  readonly points: number;
}

/** What model.c does in each pass of a sampled network, and after all; empty for another. */
export interface SamplingView {
  /** Floats of the weights that a pass has beforehand. */
  readonly passFloats: number;
  readonly drawnPlaces: readonly PlaceView[];
  /** The calls that draw a pass beforehand. */
  readonly drawCalls: readonly { readonly call: string }[];
  readonly layers: readonly LayerView[];
  readonly passCalls: string;
  /** Whether the sums of squares are finite, as a C expression. */
  readonly squaresInRange: string;
  /** Divides the squares: passes less one, at least one. */
  readonly degrees: string;
  /** Empty for a regression. */
  readonly mixtureCall: string;
}

export interface PlaceView {
  readonly identifier: string;
  /** In floats, whatever is there. */
  readonly offset: number;
  readonly bytes: number;
  readonly comment: string;
}

export interface ShapeView {
  readonly type: string;
  readonly identifier: string;
  readonly fields: string;
}

/** The fields of a pfp_trace_layer, as C expressions. */
export interface TraceView {
  readonly name: string;
  readonly kernel: string;
  readonly length: number;
  readonly mean: string;
  readonly var: string;
}

export interface CallView {
  readonly comment: string;
  readonly call: string;
}

export interface LayerView extends CallView {
  /** Whether its variances are finite, as a C expression; empty where that is not checked. */
  readonly inRange: string;
}

/** templates/model_weights.c.hbs; without tool version, so that a release does not change it. */
export interface WeightsView {
  readonly name: string;
  readonly upper: string;
  readonly graph: string;
  readonly target: string;
  readonly posteriorSha256: string;
  readonly weightsHash: string;
  readonly arrays: readonly ArrayView[];
}

export interface ArrayView {
  readonly type: string;
  readonly identifier: string;
  readonly comment: string;
  /** The macro that places it. */
  readonly place: string;
  readonly length: number;
  readonly values: string;
}

/** templates/model_weights_bin.c.hbs */
export interface WeightsBinView extends Omit<WeightsView, "arrays"> {
  /** Name of the .bin; empty while the hash is computed. */
  readonly file: string;
  readonly arrays: readonly {
    readonly identifier: string;
    readonly comment: string;
    readonly bytes: number;
    /** Its linker section as a C expression. */
    readonly section: string;
    /** Where it begins in the .bin. */
    readonly offset: number;
  }[];
}

/** templates/CMakeLists.txt.hbs */
export type CmakeView = CommonView;
