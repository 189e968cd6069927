// What two texts have in common, word by word.

export interface Piece {
  kind: "same" | "added" | "removed";
  text: string;
}

/** More pairs of words than this are not compared: the middle is then all removed and all added. */
const MOST_PAIRS = 4_000_000;
const wordsOf = (text: string): string[] => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** From one text to another: `same` and `removed` are the first, `same` and `added` the second. */
export function difference(before: string, after: string): Piece[] {
  const [old, now] = [wordsOf(before), wordsOf(after)];
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head += 1;
  let tail = 0;
  while (tail < old.length - head && tail < now.length - head && old[old.length - 1 - tail] === now[now.length - 1 - tail])
    tail += 1;
  const middle = between(old.slice(head, old.length - tail), now.slice(head, now.length - tail));
  const pieces: Piece[] = [
    { kind: "same", text: old.slice(0, head).join("") },
    ...middle,
    { kind: "same", text: tail ? old.slice(-tail).join("") : "" },
  ];
  return pieces.reduce<Piece[]>(joined, []);
}

function between(old: readonly string[], now: readonly string[]): Piece[] {
  if (old.length * now.length > MOST_PAIRS) {
    return [
      { kind: "removed", text: old.join("") },
      { kind: "added", text: now.join("") },
    ];
  }
  // The longest common run of words that begins at each pair, from the end.
  const width = now.length + 1;
  const common = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      common[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pieces: Piece[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      pieces.push({ kind: "same", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (i < old.length && (j >= now.length || at(i + 1, j) >= at(i, j + 1)))
      pieces.push({ kind: "removed", text: old[i++] ?? "" });
    else pieces.push({ kind: "added", text: now[j++] ?? "" });
  }
  return pieces;
}

function joined(done: Piece[], piece: Piece): Piece[] {
  const last = done.at(-1);
  if (!piece.text) return done;
  if (last?.kind !== piece.kind) return [...done, piece];
  done[done.length - 1] = { kind: piece.kind, text: last.text + piece.text };
  return done;
}
