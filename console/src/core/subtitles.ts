// A transcript with times as subtitles.

export interface Segment {
  /** Seconds. */
  start: number;
  end: number;
  text: string;
}

/** `00:01:02,345`, the mark before the milliseconds as the format wants it. */
function stamp(seconds: number, mark: "," | "."): string {
  const all = Math.max(0, Math.round(seconds * 1000));
  const parts = [Math.floor(all / 3_600_000), Math.floor(all / 60_000) % 60, Math.floor(all / 1000) % 60];
  return `${parts.map((part) => String(part).padStart(2, "0")).join(":")}${mark}${String(all % 1000).padStart(3, "0")}`;
}

/** An empty line would end the subtitle, an arrow would be read as times. */
const lineOf = (text: string): string =>
  text
    .trim()
    .replace(/\n\s*\n/g, "\n")
    .replaceAll("-->", "→");

export const srtOf = (segments: readonly Segment[]): string =>
  segments
    .map(({ start, end, text }, at) => `${at + 1}\n${stamp(start, ",")} --> ${stamp(end, ",")}\n${lineOf(text)}\n`)
    .join("\n");

/** `&` and `<` have a meaning in WebVTT: https://www.w3.org/TR/webvtt1/ (2026-11-29). */
export const vttOf = (segments: readonly Segment[]): string =>
  `WEBVTT\n\n${segments
    .map(({ start, end, text }) => {
      const said = lineOf(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
      return `${stamp(start, ".")} --> ${stamp(end, ".")}\n${said}\n`;
    })
    .join("\n")}`;

/** Which segment is said at a time; -1: none. */
export const segmentAt = (segments: readonly Segment[], seconds: number): number =>
  segments.findIndex(({ start, end }) => seconds >= start && seconds < end);

/** Minutes and seconds for people. */
export const clock = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
