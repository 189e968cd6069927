// What `<script type="module" src="…/console/embed.js">` defines.
import "./credential-form";
import "./model-picker";
import "./parameter-panel";
import { FetchTransport, type FetchTransportOptions } from "../core/api";
import { GatewayClient } from "../core/gateway-client";

const LATER = "mr-provider-list";

/** A client of the gateway that served this script. `token` gives a short-lived token of the host's own backend. */
export function connect(options: Partial<FetchTransportOptions> = {}): GatewayClient {
  return new GatewayClient(new FetchTransport({ root: new URL(/* @vite-ignore */ "../api/", import.meta.url).href, ...options }));
}

/** The list of providers is a script of its own, fetched when a page has one. */
export const providerList = (): Promise<unknown> => import("./provider-list");

if (document.querySelector(LATER)) void providerList();
else {
  const watch = new MutationObserver(() => {
    if (!document.querySelector(LATER)) return;
    watch.disconnect();
    void providerList();
  });
  watch.observe(document.documentElement, { childList: true, subtree: true });
}
