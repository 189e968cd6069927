import { property } from "lit/decorators.js";
import type { Key, Words } from "../core/i18n";
import { Localized } from "../ui/localized";
import type { ConsoleClient } from "./console-client";
import type { Place, Routing } from "./router";

/** What every page gets from the shell. */
export interface Surroundings {
  client: ConsoleClient;
  router: Routing;
}

/** A page: drawn in the document itself, so that it shares styles and ids with everything else. */
export class Page extends Localized {
  @property({ attribute: false }) surroundings!: Surroundings;
  @property({ attribute: false }) place!: Place;

  protected override createRenderRoot(): this {
    return this;
  }

  protected get client(): ConsoleClient {
    return this.surroundings.client;
  }

  protected get router(): Routing {
    return this.surroundings.router;
  }

  readonly tr = (key: Key, words?: Words): string => this.t(key, words);
}
