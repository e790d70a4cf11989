/** Items in ascending order of a value, and where those of equal value end. */
export interface TiedOrder {
  /** The value of each item, in the items' own order. */
  readonly values: Float64Array;
  /** Items in ascending order of their values. */
  readonly order: Uint32Array;
  /** For each run of equal values, one past its last place in `order`. */
  readonly ends: Uint32Array;
  /** Whether a value is NaN, so that there is no order. */
  readonly unordered: boolean;
}

/** Sorts once what is then counted often, under many weights. */
export function tiedOrder(values: ArrayLike<number>): TiedOrder {
  const own = Float64Array.from(values);
  const order = Uint32Array.from(own, (_, i) => i).sort((a, b) => {
    const [left, right] = [own[a] as number, own[b] as number];
    return left < right ? -1 : left > right ? 1 : 0;
  });
  const ends: number[] = [];
  for (let place = 1; place <= order.length; place++) {
    if (place === order.length || own[order[place] as number] !== own[order[place - 1] as number]) {
      ends.push(place);
    }
  }
  return { values: own, order, ends: Uint32Array.from(ends), unordered: own.some(Number.isNaN) };
}
