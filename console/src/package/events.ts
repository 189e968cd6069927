// What the elements tell, by event.

import type { FilledCredentials, FormTarget } from "../core/client";
import type { ModelInfo, ModelType, ProviderInfo } from "../core/declared";
import type { ProviderFilter } from "../elements/provider-list";

export type CredentialChange = CustomEvent<{ values: Record<string, unknown>; keep: readonly string[]; valid: boolean }>;
/** For `credential-validate` and `credential-save`. */
export type CredentialFilled = CustomEvent<FilledCredentials>;
export type CredentialSaved = CustomEvent<FormTarget>;
export type ModelChange = CustomEvent<{ value: string; model: ModelInfo | null }>;
export type ModelConfigure = CustomEvent<{ provider: string; model: ModelInfo }>;
export type ParameterChange = CustomEvent<{ value: Readonly<Record<string, unknown>> }>;
export type PlayChange = CustomEvent<{ type: ModelType | ""; value: string }>;
export type ProviderSelect = CustomEvent<{ provider: ProviderInfo }>;
export type ProviderFiltered = CustomEvent<ProviderFilter>;
