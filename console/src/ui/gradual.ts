import type { ReactiveController, ReactiveControllerHost } from "lit";
import { whenIdle } from "./idle";

/** How much of something long is drawn: what the eye meets first at once, the rest piece by piece when the browser has time for it. */
export class Gradual implements ReactiveController {
  private count = 0;
  private waiting = false;

  constructor(
    private readonly host: ReactiveControllerHost,
    private drawn: number,
    private readonly step: number,
  ) {
    host.addController(this);
  }

  /** Of so many pieces: how many are drawn now. */
  of(count: number): number {
    this.count = count;
    return Math.min(count, this.drawn);
  }

  /** Draw all of it now: somebody is looking for a piece. */
  async finish(): Promise<void> {
    this.drawn = Infinity;
    this.host.requestUpdate();
    await this.host.updateComplete;
  }

  hostUpdated(): void {
    if (this.waiting || this.count <= this.drawn) return;
    this.waiting = true;
    whenIdle(() => {
      this.waiting = false;
      this.drawn += this.step;
      this.host.requestUpdate();
    });
  }
}
