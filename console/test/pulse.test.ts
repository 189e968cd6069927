import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Heart, type Pulse } from "../src/core/pulse";

let answers: (string | null)[] = [];
let told: Pulse[] = [];
const heart = (): Heart =>
  new Heart({
    ask: async () => {
      const answer = answers.shift();
      if (!answer) throw new Error("nobody");
      return answer;
    },
    tell: (pulse) => told.push(pulse),
    pause: 1000,
  });

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
});
afterEach(() => vi.useRealTimers());

it("says nothing while all is well", async () => {
  answers = ["1", "1", "1"];
  const watched = heart();
  for (let times = 0; times < 3; times += 1) await watched.look();
  expect(told).toEqual([]);
});

it("asks again by itself until somebody answers", async () => {
  answers = ["1", null, null, "1"];
  const watched = heart();
  await watched.look();
  await watched.look();
  expect(told).toEqual(["away"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual(["away"]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toEqual(["away", "here"]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers).toEqual([]);
});

it("sees that another version came back, and asks no more", async () => {
  answers = ["1", null, "2", "1"];
  const watched = heart();
  await watched.look();
  await watched.look();
  await vi.advanceTimersByTimeAsync(1000);
  await watched.look();
  expect(told).toEqual(["away", "renewed"]);
  expect(answers).toEqual(["1"]);
});

it("does not ask twice at once", async () => {
  answers = ["1", "2"];
  const watched = heart();
  await Promise.all([watched.look(), watched.look()]);
  expect(answers).toEqual(["2"]);
  watched.stop();
});
