import { type FrameMessage, SOURCE, knownOrigin, messageOf } from "../core/frame";

/** The page around this one; nobody where there is none. */
export class Outside {
  private constructor(private readonly origin: string | null) {}

  /** Null for a frame in a page that nobody knows. */
  static look(query: URLSearchParams): Outside | null {
    if (parent === window) return new Outside(null);
    const listed = document.querySelector<HTMLMetaElement>('meta[name="frame-origins"]')?.content ?? "";
    const referrer = document.referrer ? new URL(document.referrer).origin : null;
    // Not every browser says whose frame this is.
    const around = (location as { ancestorOrigins?: DOMStringList }).ancestorOrigins?.[0];
    const origin = knownOrigin(listed.split(" "), around ? [around] : [query.get("origin"), referrer]);
    return origin === null ? null : new Outside(origin);
  }

  tell(name: string, detail?: unknown): void {
    const message: FrameMessage = { source: SOURCE, name, ...(detail === undefined ? {} : { detail }) };
    if (this.origin !== null) parent.postMessage(message, this.origin);
  }

  /** Only what the page around itself says, from where it was when this began. */
  listen(hear: (message: FrameMessage) => void): void {
    addEventListener("message", (event) => {
      const message = event.source === parent && event.origin === this.origin ? messageOf(event.data) : null;
      if (message) hear(message);
    });
  }
}
