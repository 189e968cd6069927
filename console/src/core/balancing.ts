// Several credentials that share one load: whose they are, how each does, and many keys from one text.

import type { CredentialView } from "./gateway-client";
import type { components } from "./types.gen";

export type CredentialHealth = components["schemas"]["CredentialHealth"];

/** The credentials of a provider itself, or of one customizable model. */
export interface CredentialGroup {
  /** As the table of balancing names it. */
  name: string;
  model: string | null;
  views: readonly CredentialView[];
}

/** The provider's own first; each group in its order. */
export function groupsOf(provider: string, views: readonly CredentialView[]): CredentialGroup[] {
  const found = new Map<string, CredentialView[]>();
  for (const view of views) {
    const key = view.model ? `${view.model_type}/${view.model}` : "";
    found.set(key, [...(found.get(key) ?? []), view]);
  }
  const groups = [...found.entries()].sort(([left], [right]) => left.localeCompare(right));
  return groups.map(([, own]) => {
    const model = own[0]?.model ?? null;
    return { name: model ? `${provider}/${model}` : provider, model, views: own };
  });
}

/** Lines without what stands around a key in lists and files: quotes, commas, names before `=`; each once. */
export function keysIn(text: string): { keys: string[]; repeated: number } {
  const all = text
    .split(/[\n\r,;]+/)
    .map((line) => line.trim().replace(/^export\s+/, ""))
    .map((line) =>
      line
        .replace(/^[A-Za-z_]\w*\s*=\s*/, "")
        .replace(/^["']|["']$/g, "")
        .trim(),
    )
    .filter((line) => line !== "" && !line.startsWith("#"));
  const keys = [...new Set(all)];
  return { keys, repeated: all.length - keys.length };
}

/** How cool-downs look after some time: seconds left now, of how many when they were first seen. */
export class Cooldowns {
  private readonly ends = new Map<string, { until: number; whole: number }>();

  /** `now` in seconds, of any clock. */
  take(health: readonly CredentialHealth[], now: number): void {
    const seen = new Map(health.filter((each) => each.cooldown > 0).map((each) => [each.credential_id, now + each.cooldown]));
    for (const id of [...this.ends.keys()]) if (!seen.has(id)) this.ends.delete(id);
    for (const [id, until] of seen) {
      const before = this.ends.get(id);
      const longer = !before || until > before.until + 1;
      this.ends.set(id, { until, whole: longer ? until - now : before.whole });
    }
  }

  /** Null for one that does not rest, or no longer. `part` is what is left, 0 to 1. */
  of(id: string, now: number): { seconds: number; part: number } | null {
    const found = this.ends.get(id);
    const left = found ? found.until - now : 0;
    return found && left > 0 ? { seconds: Math.ceil(left), part: Math.min(1, left / found.whole) } : null;
  }

  /** Whether somebody rests. */
  resting(now: number): boolean {
    return [...this.ends.values()].some(({ until }) => until > now);
  }
}
