import type { TableConstructorOptions } from "cli-table3";

/** A table in plain colours. */
export const PLAIN: TableConstructorOptions = { style: { head: [], border: [] } };

/** A table without lines between its rows. */
export const COMPACT: TableConstructorOptions = {
  ...PLAIN,
  chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
};
