import { describe, expect, it } from "vitest";
import { ApiError, FetchTransport } from "../src/core/api";
import { invoke, invokeOnce } from "../src/core/invoke";
import { Resource } from "../src/core/resource";
import { eventsOf } from "../src/core/sse";

interface Asked {
  url: string;
  init: RequestInit;
}

function transport(answer: () => Response | Promise<Response>): { api: FetchTransport; asked: Asked[] } {
  const asked: Asked[] = [];
  const fake = (async (url: string, init: RequestInit) => {
    asked.push({ url, init });
    return answer();
  }) as unknown as typeof fetch;
  return { api: new FetchTransport({ root: "/sub/api", csrf: () => "c", token: () => "t", fetch: fake }), asked };
}

describe("the transport", () => {
  it("joins paths and leaves empty parameters out", () => {
    const { api } = transport(() => Response.json({}));
    expect(api.url("/models", { type: "llm", provider: undefined, q: "", n: 0 })).toBe("/sub/api/models?type=llm&n=0");
  });

  it("guards what changes something, and only that", async () => {
    const { api, asked } = transport(() => Response.json({}));
    await api.json("a");
    await api.json("b", { method: "POST", body: { x: 1 } });
    const headers = asked.map(({ init }) => init.headers as Headers);
    expect(headers[0]?.get("x-csrf-token")).toBeNull();
    expect(headers[1]?.get("x-csrf-token")).toBe("c");
    expect(headers[1]?.get("content-type")).toBe("application/json");
    expect(headers[1]?.get("authorization")).toBe("Bearer t");
    expect(asked[1]?.init.body).toBe('{"x":1}');
  });

  it("tells a failure whole", async () => {
    const detail = {
      code: "credentials_refused",
      message: "no",
      field: "key",
      hint: "copy it anew",
      upstream: { status: 401, body: "{}" },
      request_id: "r1",
    };
    const { api } = transport(() => Response.json(detail, { status: 422 }));
    const error = await api.json("x").catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(ApiError);
    expect(error).toMatchObject({ status: 422, code: "credentials_refused", field: "key", hint: "copy it anew", requestId: "r1" });
  });

  it.each([
    [() => new Response("<html>", { status: 502, headers: { "x-request-id": "r2" } }), 502, "http_502", "r2"],
    [() => Promise.reject(new TypeError("failed to fetch")), 0, "unreachable", null],
  ])("survives what is no envelope", async (answer, status, code, requestId) => {
    const error = await transport(answer as () => Response)
      .api.json("x")
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status, code, requestId });
  });

  it("takes no content for nothing", async () => {
    expect(await transport(() => new Response(null, { status: 204 })).api.json("x")).toBeUndefined();
  });
});

const STREAM =
  'event: start\ndata: {"request_id":"r"}\n\n: alive\n\nevent: chunk\ndata: {"a":"é"}\n\nevent: record\ndata: {"id":"r","seconds":1,"status":200}\n\n';

function streamOf(bytes: Uint8Array, size: number): { stream: ReadableStream<Uint8Array>; cancelled: () => boolean } {
  let at = 0;
  let gone = false;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + size));
      at += size;
    },
    cancel() {
      gone = true;
    },
  });
  return { stream, cancelled: () => gone };
}

describe("streams", () => {
  it("give the same events however they are cut", async () => {
    const bytes = new TextEncoder().encode(STREAM);
    for (let size = 1; size <= bytes.length; size += 1) {
      const found: (string | undefined)[][] = [];
      for await (const event of eventsOf(streamOf(bytes, size).stream)) found.push([event.event, event.data]);
      expect(found.map(([name]) => name)).toEqual(["start", "chunk", "record"]);
      expect(found[1]?.[1]).toBe('{"a":"é"}');
    }
  });

  it("are closed by whoever stops listening", async () => {
    const { stream, cancelled } = streamOf(new TextEncoder().encode(STREAM), 50);
    for await (const _ of eventsOf(stream)) break;
    expect(cancelled()).toBe(true);
  });

  it("carry a call and its record", async () => {
    const { api, asked } = transport(() => new Response(STREAM));
    const names: string[] = [];
    for await (const event of invoke(api, "llm", { model: "m" })) names.push(event.name);
    expect(names).toEqual(["start", "chunk", "record"]);
    expect(asked[0]?.url).toBe("/sub/api/invoke/llm");
  });

  it("throw what failed", async () => {
    const { api } = transport(() => new Response('event: error\ndata: {"code":"rate_limited","message":"wait","status":429}\n\n'));
    await expect(invokeOnce(api, "rerank", {})).rejects.toMatchObject({ message: "wait", detail: { status: 429 } });
  });
});

describe("a resource", () => {
  it("shows what it knows at once, asks again, and lets the newest question win", async () => {
    const pending: Record<string, (value: string) => void> = {};
    const states: string[] = [];
    const resource = new Resource<string>(
      (key) => new Promise((resolve) => (pending[key] = resolve)),
      () => states.push(JSON.stringify(resource.current)),
    );
    resource.want("a");
    resource.want("b");
    pending["b"]?.("B");
    pending["a"]?.("A");
    await Promise.resolve().then(() => undefined);
    expect(resource.current).toEqual({ state: "ready", value: "B", stale: false });
    const again = resource.refresh();
    expect(resource.current).toEqual({ state: "ready", value: "B", stale: true });
    pending["b"]?.("B2");
    await again;
    expect(resource.current).toEqual({ state: "ready", value: "B2", stale: false });
  });

  it("puts back what was assumed", async () => {
    const resource = new Resource<number>(
      async () => 1,
      () => undefined,
    );
    resource.want("x");
    await new Promise((resolve) => setTimeout(resolve, 0));
    const undo = resource.assume(2);
    expect(resource.current).toMatchObject({ value: 2 });
    undo();
    expect(resource.current).toMatchObject({ value: 1 });
  });
});
