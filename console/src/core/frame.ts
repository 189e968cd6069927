// What a frame of ours and the page around it say to each other. A secret is in none of it.

export const SOURCE = "modelruntime";

/** Both ways, by `postMessage`. */
export interface FrameMessage {
  source: typeof SOURCE;
  name: string;
  detail?: unknown;
}

type Json = Readonly<Record<string, unknown>>;

type Kind = "text" | "flag" | "list" | "facts";

export interface FrameView {
  tag: string;
  /** Properties that the page around may set, with what they hold. */
  properties: Readonly<Record<string, Kind>>;
  /** Events that it is told, with what it may know of each. */
  events: Readonly<Record<string, (detail: Json) => unknown>>;
}

const picked =
  (...names: readonly string[]) =>
  (detail: Json): Json =>
    Object.fromEntries(names.filter((name) => Object.hasOwn(detail, name)).map((name) => [name, detail[name]]));

/** By the last part of the frame's address. */
export const VIEWS: Readonly<Record<string, FrameView>> = {
  "credential-form": {
    tag: "mr-credential-form",
    properties: { provider: "text", model: "text", modelType: "text", customizable: "flag", credentialId: "text", named: "flag" },
    events: { "credential-change": picked("valid"), "credential-saved": picked("provider", "model", "credentialId") },
  },
  "model-picker": {
    tag: "mr-model-picker",
    properties: {
      type: "text",
      value: "text",
      label: "text",
      placeholder: "text",
      showLabel: "flag",
      required: "flag",
      clearable: "flag",
      disabled: "flag",
      features: "list",
    },
    events: { "model-change": picked("value", "model"), "model-configure": picked("provider") },
  },
  "parameter-panel": {
    tag: "mr-model-parameters",
    properties: { model: "text", modelType: "text", value: "facts" },
    events: { "parameter-change": picked("value") },
  },
  playground: {
    tag: "mr-playground",
    properties: { type: "text", value: "text" },
    events: {
      "play-change": picked("type", "value"),
      "model-change": picked("value", "model"),
      "model-configure": picked("provider"),
      "parameter-change": picked("value"),
    },
  },
  "provider-list": {
    tag: "mr-provider-list",
    properties: { filter: "facts" },
    events: {
      "provider-select": ({ provider }) => ({ provider: (provider as Json)["provider"] }),
      "provider-filter": picked("text", "type", "configured"),
    },
  },
};

/** Words and looks, for every view. */
export const LOOKS = ["lang", "scheme", "accent", "radius", "font"] as const;

/** How each kind is read from an address, which is text, or from a message; undefined for what is none. */
const READ: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  text: (value) => (typeof value === "string" ? value : undefined),
  flag: (value) =>
    typeof value === "boolean" ? value : value === "" || value === "true" ? true : value === "false" ? false : undefined,
  list: (value) => {
    const list: unknown = typeof value === "string" ? value.split(",") : value;
    return Array.isArray(list) && list.every((each) => typeof each === "string") ? list : undefined;
  },
  facts: (value) => (typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined),
};

/** What of `given` the page around may set, under the names of properties: `model-type` is `modelType`. */
export function settable(view: FrameView, given: Json): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const property = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const kind = Object.hasOwn(view.properties, property) ? view.properties[property] : undefined;
    const read = kind && READ[kind](value);
    if (read !== undefined) found[property] = read;
  }
  return found;
}

/** Of the origins that the page around says or seems to have, the one that the gateway's list has. */
export const knownOrigin = (allowed: readonly string[], seen: readonly (string | null | undefined)[]): string | null =>
  seen.find((origin): origin is string => Boolean(origin) && allowed.includes(origin as string)) ?? null;

/** A message of the page around, or null for what is none. */
export function messageOf(data: unknown): FrameMessage | null {
  const message = data as Partial<FrameMessage> | null;
  const ours = typeof message === "object" && message !== null && message.source === SOURCE && typeof message.name === "string";
  return ours ? (message as FrameMessage) : null;
}
