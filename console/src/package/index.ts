// The elements but the playground, which is `…/playground`. Importing this defines their tags.

import { FetchTransport, type FetchTransportOptions } from "../core/api";
import { GatewayClient } from "../core/gateway-client";

export { CredentialForm } from "../elements/credential-form";
export { ModelPicker } from "../elements/model-picker";
export { ParameterPanel } from "../elements/parameter-panel";
export { NO_FILTER, ProviderList, type ProviderFilter } from "../elements/provider-list";
export type { CatalogueClient, CredentialClient, ElementClient } from "../core/client";
export type { FormSchema, ModelInfo, ModelType, ParameterRule, ProviderInfo } from "../core/declared";
export type * from "./events";
export { FetchTransport, GatewayClient, type FetchTransportOptions };

/** A client of the gateway whose admin API is at `root`. `token` gives a short-lived token of the host's own backend. */
export const connect = (options: FetchTransportOptions): GatewayClient => new GatewayClient(new FetchTransport(options));
