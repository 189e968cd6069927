// A vendor's own list beside what is known here: what one may take over of it, and what that means to the gateway.

import type { ModelInfo, ModelType, Price } from "./declared";
import type { components } from "./types.gen";

type Said = components["schemas"];
export type RemoteDiff = Said["RemoteDiff"];
export type OwnPrice = Said["OwnPrice"];
export type OwnPrices = Readonly<Record<string, OwnPrice>>;

/** `added`: chosen means that it is offered. `removed`: that it is switched off. `price`: that calls are counted at the list's. */
export interface SyncEntry {
  key: string;
  kind: "added" | "removed" | "price";
  model: string;
  type: ModelType;
  /** Whether it is chosen before anybody chose. */
  proposed: boolean;
  /** Nothing to choose: it is so already. */
  settled: boolean;
  before: Price | null;
  after: Price | null;
}

/** In the order they are shown. What is gone from the list and switched off, or unknown here, is left out. */
export function entriesOf(diff: RemoteDiff, models: readonly ModelInfo[]): SyncEntry[] {
  const known = new Map(models.map((model) => [`${model.model_type}/${model.model}`, model]));
  const offered = (type: ModelType, model: string): boolean => known.get(`${type}/${model}`)?.enabled !== false;
  const entry = (kind: SyncEntry["kind"], type: ModelType, model: string, rest: Partial<SyncEntry>): SyncEntry => ({
    key: `${kind} ${type}/${model}`,
    kind,
    model,
    type,
    proposed: true,
    settled: false,
    before: null,
    after: null,
    ...rest,
  });
  const gone = new Set(diff.removed);
  return [
    ...diff.added.map(({ model, model_type, pricing }) =>
      entry("added", model_type, model, { proposed: offered(model_type, model), after: pricing }),
    ),
    ...models
      .filter((model) => gone.has(model.model) && model.enabled !== false)
      .map((model) => entry("removed", model.model_type, model.model, {})),
    ...diff.prices.map(({ model, model_type, before, after, in_force }) =>
      entry("price", model_type, model, { before, after, settled: in_force, proposed: !in_force }),
    ),
  ];
}

export interface SyncPlan {
  switches: readonly { model_type: ModelType; model: string; enabled: boolean }[];
  /** Name → price, as the gateway's table of prices takes it. */
  prices: Readonly<Record<string, OwnPrice>>;
}

/** What must be sent so that the gateway is as `chosen` says; nothing for what is so already. */
export function planOf(provider: string, entries: readonly SyncEntry[], chosen: ReadonlySet<string>, own: OwnPrices): SyncPlan {
  const switches: SyncPlan["switches"][number][] = [];
  const prices: Record<string, OwnPrice> = {};
  for (const { key, kind, model, type, proposed, settled, after } of entries) {
    const wanted = chosen.has(key);
    if (settled) continue;
    if (kind === "added" && wanted !== proposed) switches.push({ model_type: type, model, enabled: wanted });
    if (kind === "removed" && wanted) switches.push({ model_type: type, model, enabled: false });
    const name = `${provider}/${model}`;
    if (kind === "price" && wanted && after) prices[name] = priceOf(after, own[name] ?? own[provider]);
  }
  return { switches, prices };
}

const AMOUNTS = ["input", "output", "cache_read", "cache_write"] as const;

/** The operator's price with the amounts of the list; what else was set, a discount too, stays. */
function priceOf(told: Price, own: OwnPrice | undefined): OwnPrice {
  const { currency = "USD", per = "1M tokens", unit = "0.000001" } = told;
  const amounts = AMOUNTS.filter((name) => told[name] !== undefined && told[name] !== null).map((name) => [name, told[name]]);
  return { discount: own?.discount ?? null, overrides: { ...own?.overrides, currency, per, unit, ...Object.fromEntries(amounts) } };
}
