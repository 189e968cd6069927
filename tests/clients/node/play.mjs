// One call of one client of Node, to an address and with a key of the arguments; what it returned is printed as JSON.
//     node play.mjs CLIENT URL KEY MODEL CASE
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";

globalThis.AI_SDK_LOG_WARNINGS = false; // they would stand in the output
const [client, url, key, model, kind] = process.argv.slice(2);
const question = "What is the weather?";
const parameters = { type: "object", properties: { city: { type: "string" } } };
const image = "iVBORw0KGgo=";

async function openai() {
  const api = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
  const content =
    kind === "image"
      ? [{ type: "text", text: question }, { type: "image_url", image_url: { url: `data:image/png;base64,${image}` } }]
      : question;
  const call = { model, messages: [{ role: "user", content }] };
  if (kind === "tools") call.tools = [{ type: "function", function: { name: "weather", parameters } }];
  if (kind !== "stream") return await api.chat.completions.create(call);
  const chunks = [];
  for await (const chunk of await api.chat.completions.create({ ...call, stream: true })) chunks.push(chunk);
  return chunks;
}

async function sdk(made) {
  const content = kind === "image" ? [{ type: "text", text: question }, { type: "image", image }] : question;
  const tools = kind === "tools" ? { weather: tool({ inputSchema: jsonSchema(parameters) }) } : undefined;
  const call = { model: made(model), messages: [{ role: "user", content }], tools, maxRetries: 0, stopWhen: stepCountIs(1) };
  const answer = kind === "stream" ? streamText(call) : await generateText(call);
  const calls = (await answer.toolCalls).map(({ toolName, input }) => ({ toolName, input }));
  return { text: await answer.text, calls, finish: await answer.finishReason, usage: await answer.usage, reasoning: await answer.reasoningText };
}

const clients = {
  openai,
  compatible: () => sdk(createOpenAICompatible({ name: "gateway", baseURL: `${url}/v1`, apiKey: key, includeUsage: true })),
  anthropic: () => sdk(createAnthropic({ baseURL: `${url}/v1`, apiKey: key })),
};
console.log(JSON.stringify(await clients[client]()));
