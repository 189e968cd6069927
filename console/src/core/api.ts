// Talking to the gateway: one door for headers, errors and cancellation.

/** A failure as the gateway tells it, or as the network does (`status` 0). */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;
  readonly field: string | null;
  readonly hint: string | null;
  readonly docUrl: string | null;
  readonly upstream: Upstream | null;
  readonly requestId: string | null;
  /** Every field to mend, where a form was refused. */
  readonly fields: readonly FieldFault[];

  constructor(status: number, detail: ErrorDetail) {
    super(detail.message ?? "");
    this.status = status;
    this.code = detail.code ?? `http_${status}`;
    this.field = detail.field ?? null;
    this.hint = detail.hint ?? null;
    this.docUrl = detail.doc_url ?? null;
    this.upstream = detail.upstream ?? null;
    this.requestId = detail.request_id ?? null;
    this.fields = detail.fields ?? [];
  }
}

/** What the vendor said. */
export interface Upstream {
  status?: number | null;
  body?: string | null;
}

export interface FieldFault {
  field: string;
  code: string;
  message: string;
}

export interface ErrorDetail {
  code?: string;
  message?: string;
  field?: string | null;
  hint?: string | null;
  doc_url?: string | null;
  upstream?: Upstream | null;
  request_id?: string | null;
  fields?: readonly FieldFault[];
}

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  body?: unknown;
  query?: Readonly<Record<string, string | number | boolean | null | undefined>>;
  signal?: AbortSignal;
  accept?: string;
}

/** What elements need of a host: nothing but this. */
export interface Transport {
  /** Relative to the API's root, e.g. `providers`. Throws `ApiError`. */
  json<T>(path: string, options?: RequestOptions): Promise<T>;
  /** The answer itself, for streams and files. Throws `ApiError` for a status of 400 or more. */
  raw(path: string, options?: RequestOptions): Promise<Response>;
  /** The address of a resource, e.g. an icon, for `src`. */
  url(path: string, query?: RequestOptions["query"]): string;
}

export interface FetchTransportOptions {
  /** Where the API is, with or without a last slash. */
  root: string;
  /** The value of the CSRF header; asked for each unsafe request. */
  csrf?: () => string | null;
  /** A short-lived token of a host's backend, for embedding. Never an API key. */
  token?: () => string | null;
  fetch?: typeof fetch;
}

export class FetchTransport implements Transport {
  private readonly root: string;

  constructor(private readonly options: FetchTransportOptions) {
    this.root = options.root.endsWith("/") ? options.root : `${options.root}/`;
  }

  url(path: string, query: RequestOptions["query"] = {}): string {
    const pairs = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== "");
    const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
    return this.root + path.replace(/^\//, "") + (text ? `?${text}` : "");
  }

  /** The browser keeps answers and asks with their validators by itself. */
  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.raw(path, options);
    return response.status === 204 ? (undefined as T) : ((await response.json()) as T);
  }

  async raw(path: string, options: RequestOptions = {}): Promise<Response> {
    const method = options.method ?? "GET";
    const headers = new Headers({ accept: options.accept ?? "application/json" });
    const body = bodyOf(options.body, headers);
    const csrf = method === "GET" ? null : this.options.csrf?.();
    if (csrf) headers.set("x-csrf-token", csrf);
    const token = this.options.token?.();
    if (token) headers.set("authorization", `Bearer ${token}`);
    const init: RequestInit = { method, headers, body, signal: options.signal ?? null, credentials: "same-origin" };
    const response = await this.attempt(this.url(path, options.query), init);
    if (response.status >= 400) throw await errorOf(response);
    return response;
  }

  private async attempt(address: string, init: RequestInit): Promise<Response> {
    try {
      return await (this.options.fetch ?? fetch)(address, init);
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
      throw new ApiError(0, { code: "unreachable" });
    }
  }
}

function bodyOf(body: unknown, headers: Headers): BodyInit | null {
  if (body === undefined) return null;
  if (body instanceof FormData || body instanceof Blob) return body;
  headers.set("content-type", "application/json");
  return JSON.stringify(body);
}

async function errorOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get("x-request-id");
  try {
    const body = (await response.json()) as { error?: ErrorDetail } & ErrorDetail;
    const detail = typeof body.error === "object" ? body.error : body;
    return new ApiError(response.status, { request_id: requestId, ...detail });
  } catch {
    return new ApiError(response.status, { request_id: requestId });
  }
}

export const isAborted = (error: unknown): boolean => error instanceof DOMException && error.name === "AbortError";
