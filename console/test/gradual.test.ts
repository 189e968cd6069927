import type { ReactiveControllerHost } from "lit";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Gradual } from "../src/ui/gradual";

/** A host that draws `count` pieces as far as it is told to, and does so again when it is asked. */
function drawn(count: number, first: number, step: number): { seen: number[]; gradual: Gradual; draw: () => void } {
  const seen: number[] = [];
  const draw = (): void => {
    seen.push(gradual.of(count));
    gradual.hostUpdated();
  };
  const host = { addController: () => undefined, requestUpdate: draw, updateComplete: Promise.resolve(true) };
  const gradual = new Gradual(host as unknown as ReactiveControllerHost, first, step);
  draw();
  return { seen, gradual, draw };
}

describe("what is drawn gradually", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    { count: 139, first: 12, step: 64, seen: [12, 76, 139] },
    { count: 12, first: 12, step: 16, seen: [12] },
    { count: 3, first: 12, step: 16, seen: [3] },
    { count: 4, first: 2, step: 1, seen: [2, 3, 4] },
  ])("is whole in the end, and then rests: $count", ({ seen, ...made }) => {
    const host = drawn(made.count, made.first, made.step);
    vi.runAllTimers();
    expect(host.seen).toEqual(seen);
  });

  it("asks once for a piece, however often its host is drawn meanwhile", () => {
    const { seen, draw } = drawn(100, 10, 45);
    draw();
    draw();
    vi.runAllTimers();
    expect(seen).toEqual([10, 10, 10, 55, 100]);
  });

  it("is whole at once for whoever looks for a piece", async () => {
    const { seen, gradual } = drawn(100, 10, 1);
    await gradual.finish();
    expect(seen).toEqual([10, 100]);
  });
});
