// Files beside a message: which a model may be given, and how they go over the wire.

export interface Attachment {
  name: string;
  mediaType: string;
  /** A `data:` address. */
  url: string;
}

/** The feature that a model must declare. */
export type AttachmentFeature = "vision" | "audio" | "video" | "document";
/** Bytes of one file; base64 makes a third more of it, and a whole request may have 64 MiB. */
export const LARGEST_FILE = 20 * 2 ** 20;

const KINDS: readonly (readonly [RegExp, AttachmentFeature, string])[] = [
  [/^image\//, "vision", "image/*"],
  [/^audio\//, "audio", "audio/wav,audio/mpeg,.wav,.mp3"],
  [/^video\//, "video", "video/*"],
  [/^(?:application\/pdf|text\/)/, "document", "application/pdf,text/*,.md"],
];

/** What a model must be able to read for a file of this kind; null: no model is given such a file. */
export const featureFor = (mediaType: string): AttachmentFeature | null =>
  KINDS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? null;

/** For the `accept` of a file input. */
export const acceptedBy = (features: readonly string[]): string =>
  KINDS.filter(([, feature]) => features.includes(feature))
    .map(([, , accept]) => accept)
    .join(",");

const PARTS: Readonly<Record<AttachmentFeature, (file: Attachment) => unknown>> = {
  vision: ({ url }) => ({ type: "image_url", image_url: { url } }),
  video: ({ url }) => ({ type: "video_url", video_url: { url } }),
  audio: ({ url, mediaType }) => ({
    type: "input_audio",
    input_audio: { data: url.slice(url.indexOf(",") + 1), format: /mpeg|mp3/.test(mediaType) ? "mp3" : "wav" },
  }),
  document: ({ url, name }) => ({ type: "file", file: { filename: name, file_data: url } }),
};

/** The file as a part of a message. */
export const partOf = (file: Attachment): unknown => PARTS[featureFor(file.mediaType) ?? "document"](file);

export type FileFault = "feature" | "kind" | "size";

/** Why a file cannot be given to a model with these features; null: it can. */
export function faultOf(file: { type: string; size: number }, features: readonly string[]): FileFault | null {
  const feature = featureFor(file.type);
  if (!feature) return "kind";
  if (!features.includes(feature)) return "feature";
  return file.size > LARGEST_FILE ? "size" : null;
}
