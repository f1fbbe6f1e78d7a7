import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { POOR_KEY, QUESTION, STOPPED_KEY, raisedBy, tell } from "./telling.mjs";

const client = new OpenAI({ defaultHeaders: { "X-AIOps-Feature": "answers" } });

const { data, response } = await client.chat.completions
  .create(
    { model: "default", messages: [{ role: "user", content: "How do I send a parcel back?" }] },
    { headers: { "X-AIOps-User": "ann", "X-AIOps-Session": "chat-17" } },
  )
  .withResponse();
const answer = data.choices[0].message.content;
const [callId, cost] = ["x-aiops-call-id", "x-aiops-cost-usd"].map((name) => response.headers.get(name));

const asked = [{ role: "user", content: QUESTION }];
const track = [{ role: "user", content: 'Track parcel 4711, "today".' }];
const parameters = { type: "object", properties: { number: { type: "integer" }, day: { type: "string" } } };
const tools = [{ type: "function", function: { name: "track_parcel", parameters } }];
const Advice = z.object({ topic: z.string(), days: z.number() });

const ask = (user, values = {}, by = client) =>
  by.chat.completions.create({ model: "default", messages: asked, user, ...values });

async function streamed(user, values = {}) {
  const got = { text: "", usage: [], end: null };
  for await (const chunk of await ask(user, { stream: true, ...values })) {
    got.text += chunk.choices[0]?.delta.content ?? "";
    got.end = chunk.choices[0]?.finish_reason ?? got.end;
    if (chunk.usage) got.usage.push(chunk.usage.total_tokens);
  }
  return got;
}

const toolOf = (completion) => {
  const called = completion.choices[0].message.tool_calls[0].function;
  return { name: called.name, arguments: JSON.parse(called.arguments) };
};

async function usedATool() {
  const first = await ask("tools", { messages: track, tools });
  const said = first.choices[0].message;
  const result = { role: "tool", tool_call_id: said.tool_calls[0].id, content: "It is in Leeds." };
  const last = await ask("tools", { messages: [...track, said, result], tools });
  return { ...toolOf(first), final: last.choices[0].message.content };
}

async function streamedATool() {
  const stream = client.chat.completions.stream({ model: "default", messages: track, tools, user: "stream.tools" });
  return toolOf(await stream.finalChatCompletion());
}

async function parsed() {
  const format = zodResponseFormat(Advice, "advice");
  const body = { model: "default", messages: asked, response_format: format, user: "parsed" };
  return (await client.chat.completions.parse(body)).choices[0].message.parsed;
}

async function once() {
  const headers = { "X-AIOps-Idempotency-Key": "order-17", "X-AIOps-User": "once" };
  const { response } = await client.chat.completions
    .create({ model: "default", messages: asked }, { headers })
    .withResponse();
  return ["x-aiops-call-id", "x-aiops-replayed"].map((name) => response.headers.get(name));
}

async function cancelled() {
  let text = "";
  for await (const chunk of await ask("cancelled", { model: "unhurried", stream: true })) {
    text += chunk.choices[0].delta.content;
    if (text.includes("can")) break;
  }
  return text;
}

const inTheBody = { feature: "answers", user: "metadata", session: "chat-18" };
await new OpenAI().chat.completions.create({ model: "default", messages: asked, metadata: inTheBody });
const models = [];
for await (const model of client.models.list()) models.push(model.id);
tell({
  snippet: { answer, call_id: callId, cost },
  models,
  stream: await streamed("stream"),
  usage: await streamed("stream.usage", { stream_options: { include_usage: true } }),
  whole_usage: (await ask("whole.usage")).usage.total_tokens,
  tools: await usedATool(),
  stream_tools: await streamedATool(),
  parsed: await parsed(),
  repeated: [await once(), await once()],
  cancelled: await cancelled(),
  untagged: await raisedBy(() => ask(undefined, {}, new OpenAI())),
  unknown: await raisedBy(() => ask("unknown", { model: "gpt-99" })),
  stopped: await raisedBy(() => ask("stopped", {}, client.withOptions({ apiKey: STOPPED_KEY }))),
  poor: await raisedBy(() => ask("poor", {}, client.withOptions({ apiKey: POOR_KEY }))),
  busy_once: await raisedBy(async () => (await ask("busy.once", { model: "busy-once" })).choices[0].message.content),
  busy: await raisedBy(() => ask("busy", { model: "busy" })),
  broken: await raisedBy(() => streamed("broken", { model: "breaking" })),
});
