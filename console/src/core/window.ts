// Which rows of a long list are near the eye. Rows may differ in height; offsets are kept, not measured.

export interface Span {
  first: number;
  /** Past the last. */
  end: number;
}

/** The top of each row and, last, the height of all. */
export function offsetsOf<T>(rows: readonly T[], heightOf: (row: T) => number): Float64Array {
  const offsets = new Float64Array(rows.length + 1);
  rows.forEach((row, index) => {
    offsets[index + 1] = (offsets[index] as number) + heightOf(row);
  });
  return offsets;
}

/** The rows that a view of `height` at `top` shows, and `spare` more on both sides. */
export function spanOf(offsets: Float64Array, top: number, height: number, spare = 6): Span {
  const count = offsets.length - 1;
  const first = Math.max(0, indexAt(offsets, top) - spare);
  const end = Math.min(count, indexAt(offsets, top + height) + 1 + spare);
  return { first, end: Math.max(first, end) };
}

function indexAt(offsets: Float64Array, y: number): number {
  let low = 0;
  let high = offsets.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] as number) <= y) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
