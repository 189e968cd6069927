/** Milliseconds after which it is done although the browser has other work. */
const AT_LAST = 1000;

/** Do something that nobody waits for yet, when the browser has nothing else to do. */
export function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: AT_LAST });
  else setTimeout(run); // Safari cannot say when it is idle
}

/** A file that is needed soon: fetched ahead, and whoever needs it then asks again. What fails is told by Vite's event, which the shell hears. */
export function fetchWhenIdle(load: () => Promise<unknown>): void {
  whenIdle(() => void load().catch(() => undefined));
}
