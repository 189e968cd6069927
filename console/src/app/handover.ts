// From one page to the next, once: what is too large or too private for an address.

import type { Replay } from "../core/replay";

let waiting: Replay | null = null;

/** For the playground to begin with. */
export function handOver(replay: Replay): void {
  waiting = replay;
}

/** What was handed over for this model, for as long as nobody has let go of it. */
export const handedOver = (type: string, model: string): Replay | null =>
  waiting?.type === type && waiting.model === model ? waiting : null;

export function letGo(): void {
  waiting = null;
}
