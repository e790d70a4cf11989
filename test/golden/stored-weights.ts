/** Writes test/golden/stored_weights.h anew; see README.md. */
import { writeFileSync } from "node:fs";
import { goldenStoredWeights } from "../ts/support/golden-stored.js";

writeFileSync("test/golden/stored_weights.h", goldenStoredWeights());
