// Search over thousands of rows within a frame: each row is prepared once, a query is a few passes over strings.

export interface Searchable<T> {
  readonly item: T;
  /** Lower case, the most telling text first. */
  readonly texts: readonly string[];
}

/** Nothing is folded before somebody searches. */
export const prepare = <T>(items: readonly T[], textsOf: (item: T) => readonly string[]): Searchable<T>[] =>
  items.map((item) => new Row(item, textsOf));

class Row<T> implements Searchable<T> {
  private kept: readonly string[] | null = null;

  constructor(
    readonly item: T,
    private readonly textsOf: (item: T) => readonly string[],
  ) {}

  get texts(): readonly string[] {
    return (this.kept ??= this.textsOf(this.item).filter(Boolean).map(fold));
  }
}

const PLAIN = /^[\0-\x7f]*$/;

/** Lower case without accents or width, so that people may type either. */
export const fold = (text: string): string =>
  (PLAIN.test(text) ? text : text.normalize("NFKD").replace(/\p{M}/gu, "")).toLowerCase();

/** Rows that match every word of the query, best first; all of them, in their order, for an empty query. */
export function search<T>(rows: readonly Searchable<T>[], query: string): T[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (!words.length) return rows.map((row) => row.item);
  const found: { item: T; score: number; at: number }[] = [];
  rows.forEach((row, at) => {
    let score = 0;
    for (const word of words) {
      const best = bestScore(row.texts, word);
      if (!best) return;
      score += best;
    }
    found.push({ item: row.item, score, at });
  });
  return found.sort((left, right) => right.score - left.score || left.at - right.at).map((row) => row.item);
}

function bestScore(texts: readonly string[], word: string): number {
  let best = 0;
  for (let index = 0; index < texts.length; index += 1) {
    const score = scoreOf(texts[index] as string, word);
    if (score) best = Math.max(best, score - index);
    if (best >= 95) break;
  }
  return best;
}

const BOUNDARY = /[^\p{L}\p{N}]/u;

/** 100 for the whole text, less for its beginning, a word's beginning, the middle, and letters in order. */
function scoreOf(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at === 0) return text.length === word.length ? 100 : 90;
  if (at > 0) return BOUNDARY.test(text[at - 1] as string) ? 80 : 60;
  return word.length >= 3 && inOrder(text, word) ? 20 : 0;
}

function inOrder(text: string, word: string): boolean {
  let from = 0;
  for (const letter of word) {
    const at = text.indexOf(letter, from);
    if (at < 0 || at - from > 12) return false;
    from = at + 1;
  }
  return true;
}
