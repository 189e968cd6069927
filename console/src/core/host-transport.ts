// The gateway's place taken by a host page: it gives models, and answers calls itself. Nobody else is asked.

import { ApiError, type RequestOptions, type Transport } from "./api";
import type { ModelDetail, ModelInfo, ModelType, ProviderInfo } from "./declared";
import type { PlayEvent } from "./invoke";
import { referenceOf } from "./status";

/** What a page gives in place of a gateway. */
export interface PlayHost {
  models: readonly ModelInfo[];
  /** For labels and icons; their `icons` are whole addresses. */
  providers?: readonly ProviderInfo[];
  /** What is known of one model beyond the list: its parameter rules. */
  detail?: ((model: ModelInfo) => ModelDetail | Promise<ModelDetail>) | null;
  /** Make a call: `body` is that of the gateway's endpoint for the type. What it throws is shown. */
  call?: ((type: ModelType, body: unknown, signal: AbortSignal) => AsyncIterable<PlayEvent>) | null;
}

export class HostTransport implements Transport {
  constructor(private readonly host: () => PlayHost) {}

  url(path: string): string {
    return path;
  }

  async json<T>(path: string, options: RequestOptions = {}): Promise<T> {
    const host = this.host();
    if (path === "providers") return { data: host.providers ?? [] } as T;
    if (path === "models/one") return (await this.detail(host, options.query ?? {})) as T;
    throw new ApiError(501, { code: "not_offered", message: "this page does not offer it" });
  }

  async raw(path: string, options: RequestOptions = {}): Promise<Response> {
    const { call } = this.host();
    const type = /^invoke\/(.+)$/.exec(path)?.[1] as ModelType | undefined;
    if (!type || !call) throw new ApiError(501, { code: "not_offered", message: "this page makes no calls" });
    const stop = new AbortController();
    options.signal?.addEventListener("abort", () => stop.abort());
    const events = call(type, options.body, stop.signal)[Symbol.asyncIterator]();
    return new Response(streamOf(events, stop, options.signal), { headers: { "content-type": "text/event-stream" } });
  }

  private async detail(host: PlayHost, asked: NonNullable<RequestOptions["query"]>): Promise<ModelDetail> {
    const wanted = `${String(asked["provider"])}/${String(asked["model"])}`;
    const model = host.models.find((each) => referenceOf(each) === wanted && each.model_type === asked["model_type"]);
    if (!model) throw new ApiError(404, { code: "model_not_found", message: "there is no such model" });
    return host.detail ? host.detail(model) : { ...model, parameter_rules: [] };
  }
}

/** The events as the gateway would send them. */
function streamOf(events: AsyncIterator<PlayEvent>, stop: AbortController, signal?: AbortSignal): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start: (sink) => signal?.addEventListener("abort", () => sink.error(new DOMException("stopped", "AbortError"))),
    pull: async (sink) => {
      try {
        const { done, value } = await events.next();
        if (done) return sink.close();
        sink.enqueue(encoder.encode(`event: ${value.name}\ndata: ${JSON.stringify(value.data)}\n\n`));
      } catch (error) {
        if (!signal?.aborted) sink.error(error);
      }
    },
    cancel: async () => {
      stop.abort();
      await events.return?.();
    },
  });
}
