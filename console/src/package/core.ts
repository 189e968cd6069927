// Everything but the drawing, for hosts that draw their own: no DOM, no Lit.

export * from "../core/api";
export * from "../core/chat";
export type * from "../core/client";
export * from "../core/conditions";
export type * from "../core/declared";
export * from "../core/field-value";
export * from "../core/form";
export * from "../core/form-state";
export * from "../core/frame";
export { GatewayClient, type CredentialView } from "../core/gateway-client";
export * from "../core/host-transport";
export * from "../core/invoke";
export * from "../core/parameters";
export * from "../core/paste";
export * from "../core/pick";
export * from "../core/price";
export * from "../core/search";
export * from "../core/sse";
export * from "../core/status";
export * from "../core/vectors";
