// A router for a page that stands in somebody else's: the place is kept here, and the address is not ours.

import type { Place, Routing } from "./router";

export class PlaceInside implements Routing {
  private query = new URLSearchParams();

  constructor(private readonly moved: (place: Place) => void) {}

  get place(): Place {
    return { parts: [], query: new URLSearchParams(this.query) };
  }

  /** There are no other pages here. */
  href(): string {
    return "";
  }

  go(): void {
    // The host is told by events, and goes where it likes.
  }

  listen(): () => void {
    return () => undefined;
  }

  narrow(change: Readonly<Record<string, string | null | undefined>>): void {
    for (const [name, value] of Object.entries(change)) {
      if (value) this.query.set(name, value);
      else this.query.delete(name);
    }
    this.moved(this.place);
  }
}
