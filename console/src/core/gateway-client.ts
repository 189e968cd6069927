// The gateway's admin API as the public elements ask it.

import type { Transport } from "./api";
import type { ElementClient, FilledCredentials, FormTarget, StoredCredential, Verdict } from "./client";
import type { FormSchema, ModelInfo, ModelType, ProviderDetail, ProviderInfo } from "./declared";

/** A stored credential as the gateway shows it: never a secret. Times are seconds since the epoch. */
export interface CredentialView {
  id: string;
  provider: string;
  model_type?: ModelType | null;
  model?: string | null;
  name: string;
  enabled: boolean;
  active: boolean;
  weight: number;
  values?: Record<string, unknown>;
  secrets?: Record<string, { hint: string; updated_at: number }>;
  /** Its root key is missing: it is used for nothing. */
  locked?: boolean;
  verified_at?: number | null;
  last_error?: string | null;
  created_at: number;
  updated_at: number;
}

export class GatewayClient implements ElementClient {
  constructor(readonly api: Transport) {}

  async providers(signal?: AbortSignal): Promise<readonly ProviderInfo[]> {
    return (await this.api.json<{ data: ProviderInfo[] }>("providers", opt(signal))).data;
  }

  async provider(id: string, signal?: AbortSignal): Promise<ProviderDetail> {
    return this.api.json<ProviderDetail>(`providers/${encodeURIComponent(id)}`, opt(signal));
  }

  async models(query: { type?: ModelType; provider?: string } = {}, signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    const asked = { model_type: query.type, provider: query.provider };
    return (await this.api.json<{ data: ModelInfo[] }>("models", { query: asked, ...opt(signal) })).data;
  }

  icon(provider: ProviderInfo): string | null {
    const address = Object.values(provider.icons?.["icon_small"] ?? {})[0];
    return address ? this.api.url(address) : null;
  }

  async providerForm(
    target: FormTarget,
    signal?: AbortSignal,
  ): Promise<{ provider: ProviderDetail; schema: FormSchema; stored?: StoredCredential }> {
    const asked = target.credentialId ? this.api.json<CredentialView>(`credentials/${target.credentialId}`, opt(signal)) : null;
    const [provider, view] = await Promise.all([this.provider(target.provider, signal), asked]);
    const own = target.model ? provider.model_credential_schema : null;
    const schema = own ?? provider.provider_credential_schema ?? { credential_form_schemas: [] };
    return view
      ? { provider, schema, stored: { name: view.name, values: view.values ?? {}, kept: view.secrets ?? {} } }
      : { provider, schema };
  }

  async validate({ provider, model, credentialId, values }: FilledCredentials, signal?: AbortSignal): Promise<Verdict> {
    const path = model ? "models/validate" : `providers/${encodeURIComponent(provider)}/validate`;
    const scope = model ? { provider, model: model.name, model_type: model.type } : {};
    const kept = credentialId ? { credential_id: credentialId } : {};
    return this.api.json<Verdict>(path, { method: "POST", body: { credentials: values, ...scope, ...kept }, ...opt(signal) });
  }

  async save({ provider, model, credentialId, values, name }: FilledCredentials): Promise<void> {
    const body = { credentials: values, validate: true, ...(name ? { name } : {}) };
    if (credentialId) return this.api.json(`credentials/${credentialId}`, { method: "PUT", body });
    const scope = model ? { model: model.name, model_type: model.type } : {};
    return this.api.json(`providers/${encodeURIComponent(provider)}/credentials`, { method: "POST", body: { ...body, ...scope } });
  }
}

export const opt = (signal: AbortSignal | undefined): { signal?: AbortSignal } => (signal ? { signal } : {});
