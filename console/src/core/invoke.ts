// A call from the playground: the body is that of the gateway's own endpoint, the answer a stream of events.

import type { Transport } from "./api";
import type { ModelType } from "./declared";
import { eventsOf } from "./sse";

/** Usage, times and cost of a call, as the gateway's log has them. Amounts are text. */
export interface CallRecord {
  id: string;
  provider?: string | null;
  model?: string | null;
  seconds: number;
  first_token_seconds?: number | null;
  overhead_seconds?: number;
  status: number;
  code?: string | null;
  usage?: {
    input?: { total?: number | null } | null;
    output?: { total?: number | null; reasoning?: number | null } | null;
    characters?: number | null;
    seconds?: number | null;
    estimated?: boolean;
  };
  cost?: { total?: string | null; currency?: string } | null;
  attempts?: readonly { provider: string; model: string; seconds: number; error?: string | null; status?: number | null }[];
  warnings?: readonly string[];
}

export interface PlayError {
  code?: string;
  message?: string;
  status?: number;
  request_id?: string;
}

export type PlayEvent =
  | { name: "start"; data: { request_id: string; endpoint: string } }
  | { name: "chunk"; data: unknown }
  | { name: "audio"; data: { media_type: string; data: string } }
  | { name: "result"; data: unknown }
  | { name: "error"; data: PlayError }
  | { name: "record"; data: CallRecord };

/** As it came: `raw` is the text of `data`. */
export type HeardEvent = PlayEvent & { raw: string };

/** Call a model. Leaving the loop, or aborting `signal`, ends the call at the vendor too. */
export async function* invoke(api: Transport, type: ModelType, body: unknown, signal?: AbortSignal): AsyncGenerator<HeardEvent> {
  const accept = "text/event-stream";
  const response = await api.raw(`invoke/${type}`, { method: "POST", body, accept, ...(signal ? { signal } : {}) });
  if (!response.body) return;
  for await (const event of eventsOf(response.body)) {
    yield { name: event.event ?? "chunk", data: JSON.parse(event.data) as unknown, raw: event.data } as HeardEvent;
  }
}

/** What a failure of a call says, for people. */
export class PlayFailure extends Error {
  constructor(readonly detail: PlayError) {
    super(detail.message ?? detail.code ?? "");
  }
}

export interface Outcome {
  result: unknown;
  record: CallRecord | null;
}

/** A call that has one result; `heard` is told every event. Throws `PlayFailure`. */
export async function invokeOnce(
  api: Transport,
  type: ModelType,
  body: unknown,
  signal?: AbortSignal,
  heard: (event: HeardEvent) => void = () => undefined,
): Promise<Outcome> {
  const outcome: Outcome = { result: null, record: null };
  for await (const event of invoke(api, type, body, signal)) {
    heard(event);
    if (event.name === "error") throw new PlayFailure(event.data);
    if (event.name === "result") outcome.result = event.data;
    if (event.name === "record") outcome.record = event.data;
  }
  return outcome;
}
