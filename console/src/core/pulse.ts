// Is the gateway there, and is it still the one that this page came from?

/** `away`: it does not answer. `renewed`: another version does; nothing is asked after that. */
export type Pulse = "here" | "away" | "renewed";

export interface PulseOptions {
  /** The gateway's version. Throws while it does not answer. */
  ask: () => Promise<string>;
  tell: (pulse: Pulse) => void;
  /** Milliseconds between questions while it is away. */
  pause?: number;
}

export class Heart {
  private version: string | null = null;
  private pulse: Pulse = "here";
  private asking = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: PulseOptions) {}

  /** Ask now: at the start, when a call failed, when somebody looks at the page again. */
  async look(): Promise<void> {
    if (this.asking || this.pulse === "renewed") return;
    this.asking = true;
    clearTimeout(this.timer);
    try {
      const version = await this.options.ask();
      this.become(version === (this.version ??= version) ? "here" : "renewed");
    } catch {
      this.become("away");
      this.timer = setTimeout(() => void this.look(), this.options.pause ?? 2000);
    }
    this.asking = false;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private become(pulse: Pulse): void {
    if (pulse === this.pulse) return;
    this.pulse = pulse;
    this.options.tell(pulse);
  }
}
