import { describe, expect, it } from "vitest";
import { outline, samplesOf, wavFormat, wavOf } from "../src/core/sound";
import { segmentAt, srtOf, vttOf } from "../src/core/subtitles";

describe("WAV", () => {
  const file = wavOf(Float32Array.from([0, 0.5, -1, 2]), 8000);

  it("is read as it was written", () => {
    const format = wavFormat(file);
    expect(format).toEqual({ rate: 8000, channels: 1, bits: 16, start: 44 });
    const [samples] = samplesOf(file.subarray(44), 1);
    expect([...(samples ?? [])].map((sample) => Number(sample.toFixed(2)))).toEqual([0, 0.5, -1, 1]);
  });

  it("is not judged before its head is whole, wherever it is cut", () => {
    for (let length = 0; length < 44; length += 1) expect(wavFormat(file.subarray(0, length)), String(length)).toBeNull();
  });

  it("skips what it does not know", () => {
    const list = new Uint8Array([...file.subarray(0, 12), ...[76, 73, 83, 84, 3, 0, 0, 0, 1, 2, 3, 0], ...file.subarray(12)]);
    expect(wavFormat(list)?.start).toBe(56);
  });

  it("is something else", () => {
    expect(wavFormat(new Uint8Array(64))).toBeUndefined();
    const floats = file.slice();
    floats[20] = 3;
    expect(wavFormat(floats)).toBeUndefined();
  });

  it("has channels side by side", () => {
    const [left, right] = samplesOf(new Uint8Array([0, 64, 0, 192, 0, 32, 0, 0, 9]), 2);
    expect([[...(left ?? [])], [...(right ?? [])]]).toEqual([
      [0.5, 0.25],
      [-0.5, 0],
    ]);
  });
});

describe("an outline", () => {
  it.each([
    [[0, 0.1, -0.2, 0], 2, [0.5, 1]],
    [[0, 0], 2, [0, 0]],
    [[0.5], 2, [0, 1]],
  ])("of %j in %d", (samples, count, found) =>
    expect(outline(Float32Array.from(samples), count).map((peak) => Number(peak.toFixed(3)))).toEqual(found),
  );
});

describe("subtitles", () => {
  const segments = [
    { start: 0, end: 1.2345, text: " Hello <b> & co " },
    { start: 3661.5, end: 3662, text: "a\n\nb --> c" },
  ];
  it("for films", () =>
    expect(srtOf(segments)).toBe(
      "1\n00:00:00,000 --> 00:00:01,235\nHello <b> & co\n\n2\n01:01:01,500 --> 01:01:02,000\na\nb → c\n",
    ));
  it("for the web", () =>
    expect(vttOf(segments)).toBe(
      "WEBVTT\n\n00:00:00.000 --> 00:00:01.235\nHello &lt;b> &amp; co\n\n01:01:01.500 --> 01:01:02.000\na\nb → c\n",
    ));
  it.each([
    [0, 0],
    [1.2345, -1],
    [3661.7, 1],
  ])("at %d s it is number %d", (seconds, at) => expect(segmentAt(segments, seconds)).toBe(at));
});
