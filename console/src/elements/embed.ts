// What `<script type="module" src="…/console/embed.js">` defines.
import "./credential-form";
import "./model-picker";
import "./parameter-panel";
import { FetchTransport, type FetchTransportOptions } from "../core/api";
import { GatewayClient } from "../core/gateway-client";

/** A client of the gateway that served this script. `token` gives a short-lived token of the host's own backend. */
export function connect(options: Partial<FetchTransportOptions> = {}): GatewayClient {
  return new GatewayClient(new FetchTransport({ root: new URL(/* @vite-ignore */ "../api/", import.meta.url).href, ...options }));
}

/** Scripts of their own, fetched when a page has the element. */
const LATER: Readonly<Record<string, () => Promise<unknown>>> = {
  "mr-provider-list": () => import("./provider-list"),
  "mr-playground": () => import("./playground"),
};

const look = (): void => {
  for (const tag in LATER) if (document.querySelector(`${tag}:not(:defined)`)) void load(tag);
};
/** Fetch an element that has a script of its own before a page has it: for frameworks that look at what an element can be set. */
export const load = (tag: string): Promise<unknown> | undefined => LATER[tag]?.();

look();
new MutationObserver(look).observe(document, { childList: true, subtree: true });
