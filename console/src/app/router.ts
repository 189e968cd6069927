// The address is the state: path below the base, and a query that pages read and write.

export interface Place {
  /** Parts of the path below the base, decoded: `["models", "acme"]`. */
  parts: readonly string[];
  query: URLSearchParams;
}

type Listener = (place: Place) => void;

/** What pages need of a router. */
export interface Routing {
  readonly place: Place;
  href(path: string): string;
  go(path: string): void;
  narrow(change: Readonly<Record<string, string | null | undefined>>, options?: { push?: boolean }): void;
  listen(listener: Listener): () => void;
}

export class Router extends EventTarget implements Routing {
  private readonly base = new URL(document.baseURI);

  constructor() {
    super();
    addEventListener("popstate", () => this.changed());
    document.addEventListener("click", (event) => this.clicked(event));
  }

  get place(): Place {
    const path = location.pathname.startsWith(this.base.pathname) ? location.pathname.slice(this.base.pathname.length) : "";
    return { parts: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(location.search) };
  }

  /** The address of a path below the base, for links. */
  href(path: string): string {
    return this.base.pathname + path;
  }

  go(path: string): void {
    history.pushState(null, "", this.href(path));
    this.changed();
  }

  /** Set parameters of the query in place; empty ones go. */
  narrow(change: Readonly<Record<string, string | null | undefined>>, options: { push?: boolean } = {}): void {
    const query = this.place.query;
    for (const [name, value] of Object.entries(change)) {
      if (value) query.set(name, value);
      else query.delete(name);
    }
    const text = query.toString();
    const address = location.pathname + (text ? `?${text}` : "");
    if (options.push) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
    this.changed();
  }

  listen(listener: Listener): () => void {
    const heard = (): void => listener(this.place);
    this.addEventListener("place", heard);
    return () => this.removeEventListener("place", heard);
  }

  private changed(): void {
    this.dispatchEvent(new Event("place"));
  }

  /** Plain clicks on links of ours stay in the page. */
  private clicked(event: MouseEvent): void {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((target): target is HTMLAnchorElement => target instanceof HTMLAnchorElement);
    if (!link || link.target || link.hasAttribute("download") || link.origin !== location.origin) return;
    if (!link.pathname.startsWith(this.base.pathname)) return;
    event.preventDefault();
    history.pushState(null, "", link.href);
    this.changed();
  }
}
