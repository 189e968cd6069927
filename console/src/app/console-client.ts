// What the pages ask beyond what the public elements do.

import { FetchTransport, type RequestOptions, type Transport, isAborted } from "../core/api";
import type { ModelDetail, ModelInfo, ModelType } from "../core/declared";
import { type CredentialView, GatewayClient, opt } from "../core/gateway-client";
import { type ModelIndex, modelsOf } from "../core/model-index";
import type { Scope } from "../core/names";
import { remember, remembered } from "./preferences";

/** What identifies a model in a query. */
export interface ModelKey {
  provider: string;
  model: string;
  model_type: ModelType;
}

type ModelQuery = Parameters<GatewayClient["models"]>[0];

export interface Session {
  account_id: string;
  name: string;
  role: string;
  /** The only workspace that may be seen; empty: all. */
  workspace: string;
  via: string;
  csrf_token: string | null;
}

export interface KeyLimits {
  requests_per_minute?: number | null;
  tokens_per_minute?: number | null;
  concurrent?: number | null;
  budget?: string | null;
  currency?: string;
  period_days?: number;
}

export interface KeyView {
  id: string;
  name: string;
  models: readonly string[];
  limits?: KeyLimits | null;
  may_delete_models?: boolean;
  expires_at?: number | null;
  disabled?: boolean;
  revoked_at?: number | null;
  created_at: number;
  last_used_at?: number | null;
}

/** What a proxy answers when nobody is behind it. */
const PROXIES: ReadonlySet<number> = new Set([502, 503, 504]);

export class ConsoleClient extends GatewayClient {
  session: Session | null = null;
  /** A call was not answered, or by a proxy in the gateway's place. */
  ontrouble: () => void = () => undefined;
  private chosen: string | null;

  /** Over the API at an address, or over whatever takes its place: then nothing is remembered of the workspace. */
  constructor(api: string | Transport) {
    const csrf = (): string | null => this.session?.csrf_token ?? null;
    super(typeof api === "string" ? new FetchTransport({ root: api, csrf, fetch: (...asked) => this.fetched(...asked) }) : api);
    this.chosen = typeof api === "string" ? remembered("workspace") : null;
  }

  /** The workspace that all pages show. */
  get workspace(): string {
    return this.session?.workspace || this.chosen || "default";
  }

  set workspace(id: string) {
    this.chosen = id === "default" ? null : id;
    remember("workspace", this.chosen);
  }

  private async fetched(address: RequestInfo | URL, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.workspace !== "default") headers.set("x-workspace", this.workspace);
    try {
      const response = await fetch(address, { ...init, headers });
      if (PROXIES.has(response.status)) this.ontrouble();
      return response;
    } catch (error) {
      if (!isAborted(error)) this.ontrouble();
      throw error;
    }
  }

  /** Of the gateway, as anybody may know it. */
  async version(): Promise<string> {
    return (await this.api.json<{ version: string }>("bootstrap")).version;
  }

  /** Whether what belongs to the workspace is this person's to change. */
  get edits(): boolean {
    return this.session?.role === "admin";
  }

  /** Whether settings, prices, accounts and all workspaces are this person's to change. */
  get operates(): boolean {
    return this.session?.role === "admin" && !this.session.workspace;
  }

  async whoIsThere(): Promise<Session> {
    this.session = await this.api.json<Session>("session");
    await this.leaveWhatIsGone();
    return this.session;
  }

  /** A workspace that was removed, or that somebody else of this browser may see, is shown no more. */
  private async leaveWhatIsGone(): Promise<void> {
    const { chosen } = this;
    if (!chosen || this.session?.workspace) return;
    this.chosen = null;
    const found = await this.list<{ id: string }>("workspaces");
    if (found.some(({ id }) => id === chosen)) this.chosen = chosen;
    else remember("workspace", null);
  }

  async signIn(name: string, password: string): Promise<Session> {
    this.session = await this.api.json<Session>("login", { method: "POST", body: { name, password } });
    await this.leaveWhatIsGone();
    return this.session;
  }

  async setUp(token: string, name: string, password: string): Promise<Session> {
    return (this.session = await this.api.json<Session>("setup", { method: "POST", body: { token, name, password } }));
  }

  async signOut(): Promise<void> {
    await this.api.json("logout", { method: "POST" });
    this.session = null;
  }

  /** All of them come as an index: what lists show, and `model` tells the rest. */
  override async models(query: ModelQuery = {}, signal?: AbortSignal): Promise<readonly ModelInfo[]> {
    if (query.type || query.provider) return super.models(query, signal);
    return modelsOf(await this.api.json<ModelIndex>("models/index", opt(signal)));
  }

  async model(key: ModelKey, signal?: AbortSignal): Promise<ModelDetail> {
    return this.api.json<ModelDetail>("models/one", { query: { ...key }, ...opt(signal) });
  }

  async credentials(provider: string, signal?: AbortSignal): Promise<readonly CredentialView[]> {
    const path = `providers/${encodeURIComponent(provider)}/credentials`;
    return (await this.api.json<{ data: CredentialView[] }>(path, opt(signal))).data;
  }

  /** Switch, weigh, activate, test or remove a stored credential. */
  async onCredential(id: string, act: "activate" | "test" | "remove" | { enabled?: boolean; weight?: number }): Promise<void> {
    const path = `credentials/${encodeURIComponent(id)}`;
    if (act === "remove") return this.api.json(path, { method: "DELETE" });
    if (typeof act === "string") return this.api.json(`${path}/${act}`, { method: "POST" });
    return this.api.json(path, { method: "PATCH", body: act });
  }

  async switchModel(model: ModelInfo, enabled: boolean): Promise<void> {
    const data = [{ model_type: model.model_type, model: model.model, enabled }];
    await this.api.json(`providers/${encodeURIComponent(model.provider)}/models/switches`, { method: "PUT", body: { data } });
  }

  /** Set what stands under a name in one of the tables of names; null takes it away. */
  async put(table: string, name: string, value: unknown, scope: Scope = "workspace"): Promise<void> {
    const path = `${table}/${encodeURIComponent(name)}${scope === "all" ? "?scope=all" : ""}`;
    await this.api.json(path, value === null ? { method: "DELETE" } : { method: "PUT", body: { value } });
  }

  async list<T>(path: string, options?: RequestOptions): Promise<readonly T[]> {
    return (await this.api.json<{ data: T[] }>(path, options)).data;
  }
}
