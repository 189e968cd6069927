// Something asked for: kept by key, shown at once when known, asked again behind the scenes.

import { isAborted } from "./api";

export type Loaded<T> = { state: "loading" } | { state: "ready"; value: T; stale: boolean } | { state: "failed"; error: unknown };

/** Values of one page's questions. A newer question aborts the older; a failure keeps what was there. */
export class Resource<T> {
  private readonly kept = new Map<string, T>();
  private key: string | null = null;
  private running: AbortController | null = null;
  current: Loaded<T> = { state: "loading" };

  constructor(
    private readonly load: (key: string, signal: AbortSignal) => Promise<T>,
    private readonly changed: () => void,
  ) {}

  /** Ask for `key`, unless it is being asked for or shown already. */
  want(key: string): void {
    if (key !== this.key) void this.ask(key);
  }

  /** Ask again for what is shown. */
  async refresh(): Promise<void> {
    if (this.key !== null) await this.ask(this.key);
  }

  /** Show `value` at once; the returned function puts back what was there before. */
  assume(value: T): () => void {
    const before = this.current;
    this.become({ state: "ready", value, stale: true });
    return () => this.become(before);
  }

  stop(): void {
    this.running?.abort();
    this.key = null;
  }

  private async ask(key: string): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const fresh = key !== this.key;
    this.key = key;
    const known = this.kept.get(key);
    if (known !== undefined) this.become({ state: "ready", value: known, stale: true });
    else if (fresh) this.become({ state: "loading" });
    try {
      const value = await this.load(key, running.signal);
      if (running.signal.aborted) return;
      this.kept.set(key, value);
      this.become({ state: "ready", value, stale: false });
    } catch (error) {
      if (running.signal.aborted || isAborted(error)) return;
      this.become({ state: "failed", error });
    }
  }

  private become(next: Loaded<T>): void {
    this.current = next;
    this.changed();
  }
}
