/// <reference path="./cephes.d.ts" />
import { bdtr, compiled, incbi, ndtr, ndtri } from "cephes";

await compiled;

/** The functions of S. Moshier's Cephes library, ready to be called. */
export { bdtr, incbi, ndtr, ndtri };
