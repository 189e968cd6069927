// Two orders of the same things.

/**
 * How alike two orders are (Spearman): 1 the same, 0 unrelated, -1 turned round. What only one of them has is left out; null when
 * they have fewer than two in common.
 */
export function agreement(left: readonly number[], right: readonly number[]): number | null {
  const there = new Set(right);
  const common = left.filter((each) => there.has(each));
  const count = common.length;
  if (count < 2) return null;
  const kept = new Set(common);
  const places = new Map(right.filter((each) => kept.has(each)).map((each, at) => [each, at]));
  const apart = common.reduce((sum, each, at) => sum + (at - (places.get(each) as number)) ** 2, 0);
  return 1 - (6 * apart) / (count * (count ** 2 - 1));
}
