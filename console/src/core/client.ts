// What connected elements ask of a gateway, or of a host that answers in its place.

import type { FormSchema, ModelInfo, ModelType, ProviderDetail, ProviderInfo } from "./declared";
import type { KeptSecret } from "./form-state";

/** The form of a provider, or of one of its customizable models. */
export interface FormTarget {
  provider: string;
  /** Given for a customizable model. */
  model?: { name: string; type: ModelType };
  /** A stored credential that is being changed. */
  credentialId?: string;
}

export interface FilledCredentials extends FormTarget {
  values: Record<string, unknown>;
  /** Secrets that stay as they are stored. */
  keep: readonly string[];
  name?: string;
}

export interface StoredCredential {
  values: Record<string, unknown>;
  kept: Record<string, KeptSecret>;
  name: string;
}

/** Credentials that passed; those that did not are an `ApiError`. */
export interface Verdict {
  /** False: only the form was checked, nobody was asked. */
  probed?: boolean;
  seconds?: number;
  warnings?: readonly string[];
}

export interface CredentialClient {
  providerForm(
    target: FormTarget,
    signal?: AbortSignal,
  ): Promise<{ provider: ProviderDetail; schema: FormSchema; stored?: StoredCredential }>;
  /** Throws `ApiError` when the vendor refuses. */
  validate(filled: FilledCredentials, signal?: AbortSignal): Promise<Verdict>;
  save(filled: FilledCredentials): Promise<void>;
}

export interface CatalogueClient {
  providers(signal?: AbortSignal): Promise<readonly ProviderInfo[]>;
  models(query?: { type?: ModelType; provider?: string }, signal?: AbortSignal): Promise<readonly ModelInfo[]>;
  /** For `src`; null where the provider has none. */
  icon(provider: ProviderInfo): string | null;
}

export type ElementClient = CredentialClient & CatalogueClient;
