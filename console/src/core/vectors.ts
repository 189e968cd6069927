// Arithmetic of embeddings.

export type Vector = readonly number[];

export function cosine(left: Vector, right: Vector): number {
  let dot = 0;
  let a = 0;
  let b = 0;
  for (let at = 0; at < left.length; at += 1) {
    const [x, y] = [left[at] ?? 0, right[at] ?? 0];
    dot += x * y;
    a += x * x;
    b += y * y;
  }
  return a && b ? dot / Math.sqrt(a * b) : 0;
}

/** The length of a vector. */
export const norm = (vector: Vector): number => Math.sqrt(dotOf(vector, vector));

export const similarities = (vectors: readonly Vector[]): number[][] =>
  vectors.map((left) => vectors.map((right) => cosine(left, right)));

/** Two coordinates for each vector: the directions in which they differ most (power iteration on the centred rows). */
export function plane(vectors: readonly Vector[]): [number, number][] {
  const size = vectors[0]?.length ?? 0;
  const mean = Array.from(
    { length: size },
    (_, at) => vectors.reduce((sum, vector) => sum + (vector[at] ?? 0), 0) / vectors.length,
  );
  const rows = vectors.map((vector) => vector.map((value, at) => value - (mean[at] ?? 0)));
  const first = direction(rows, size, 1);
  const along = rows.map((row) => dotOf(row, first));
  const rest = rows.map((row, index) => row.map((value, at) => value - (along[index] ?? 0) * (first[at] ?? 0)));
  const second = direction(rest, size, 2);
  return rest.map((row, index) => [along[index] ?? 0, dotOf(row, second)]);
}

const dotOf = (left: Vector, right: Vector): number => left.reduce((sum, value, at) => sum + value * (right[at] ?? 0), 0);

function direction(rows: readonly Vector[], size: number, seed: number): number[] {
  let current = Array.from({ length: size }, (_, at) => Math.sin(seed + at * 12.9898));
  for (let round = 0; round < 40; round += 1) {
    const next = new Array<number>(size).fill(0);
    for (const row of rows) {
      const weight = dotOf(row, current);
      for (let at = 0; at < size; at += 1) next[at] = (next[at] ?? 0) + weight * (row[at] ?? 0);
    }
    const length = Math.sqrt(dotOf(next, next));
    if (!length) return new Array<number>(size).fill(0);
    current = next.map((value) => value / length);
  }
  return current;
}
