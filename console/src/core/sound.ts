// Sound as numbers: samples of a WAV file as it comes, a WAV file of samples, and the outline that is drawn.

export interface WavFormat {
  rate: number;
  channels: number;
  bits: number;
  /** Where the samples begin. */
  start: number;
}

const textAt = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

/** The head of a WAV file with plain samples of 16 bits. Null: it has not come whole yet. Undefined: it is something else. */
export function wavFormat(bytes: Uint8Array): WavFormat | null | undefined {
  if (bytes.length < 12) return null;
  if (textAt(bytes, 0) !== "RIFF" || textAt(bytes, 8) !== "WAVE") return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let format: Omit<WavFormat, "start"> | null = null;
  for (let at = 12; at + 8 <= bytes.length;) {
    const name = textAt(bytes, at);
    const size = view.getUint32(at + 4, true);
    if (name === "data") return format ? { ...format, start: at + 8 } : undefined;
    if (name === "fmt ") {
      if (at + 24 > bytes.length) return null;
      const bits = view.getUint16(at + 22, true);
      if (view.getUint16(at + 8, true) !== 1 || bits !== 16) return undefined;
      format = { rate: view.getUint32(at + 12, true), channels: view.getUint16(at + 10, true), bits };
    }
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Samples of each channel, from -1 to 1, of whole frames of 16 bits. */
export function samplesOf(bytes: Uint8Array, channels: number): Float32Array<ArrayBuffer>[] {
  const frames = Math.floor(bytes.length / (2 * channels));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (__, frame) => view.getInt16((frame * channels + channel) * 2, true) / 32_768),
  );
}

/** A WAV file with one channel of 16 bits. */
export function wavOf(samples: Float32Array, rate: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(44 + samples.length * 2);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string): void =>
    [...text].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  put(0, "RIFF");
  view.setUint32(4, 36 + samples.length * 2, true);
  put(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  put(36, "data");
  view.setUint32(40, samples.length * 2, true);
  samples.forEach((sample, index) => view.setInt16(44 + index * 2, Math.round(Math.min(1, Math.max(-1, sample)) * 32_767), true));
  return bytes;
}

/** The loudest of each of `count` equal parts, from 0 to 1, as parts of the loudest of all. */
export function outline(samples: Float32Array, count: number): number[] {
  const size = samples.length / count;
  const peaks = Array.from({ length: count }, (_, at) => {
    let peak = 0;
    for (let index = Math.floor(at * size); index < Math.floor((at + 1) * size); index += 1)
      peak = Math.max(peak, Math.abs(samples[index] ?? 0));
    return peak;
  });
  const loudest = Math.max(...peaks);
  return peaks.map((peak) => (loudest > 0 ? peak / loudest : 0));
}
