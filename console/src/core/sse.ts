import { createParser, type EventSourceMessage } from "eventsource-parser";

/** The events of a stream as they come. Leaving the loop closes the stream, and with it the call behind it. */
export async function* eventsOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<EventSourceMessage> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => waiting.push(event) });
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
      yield* waiting.splice(0);
    }
    parser.feed(decoder.decode());
    yield* waiting.splice(0);
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
