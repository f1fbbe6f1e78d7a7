import OpenAI from "openai";
import { zodTextFormat } from "openai/helpers/zod";
import { z } from "zod";
import { POOR_KEY, QUESTION, STOPPED_KEY, raisedBy, tell } from "./telling.mjs";

const client = new OpenAI({ defaultHeaders: { "X-AIOps-Feature": "answers" } });

const { data, response } = await client.responses
  .create(
    { model: "default", input: "How do I send a parcel back?" },
    { headers: { "X-AIOps-User": "ann" } },
  )
  .withResponse();
const answer = data.output_text;
const [callId, cost] = ["x-aiops-call-id", "x-aiops-cost-usd"].map((name) => response.headers.get(name));

const vectors = await client.embeddings.create({ model: "embedder", input: ["one", "two"], user: "embedded" });

const track = [{ role: "user", content: 'Track parcel 4711, "today".' }];
const parameters = { type: "object", properties: { number: { type: "integer" }, day: { type: "string" } } };
const tools = [{ type: "function", name: "track_parcel", parameters, strict: false }];
const Advice = z.object({ topic: z.string(), days: z.number() });

const ask = (user, values = {}, by = client) =>
  by.responses.create({ model: "default", input: QUESTION, user, ...values });

async function streamed(user, model) {
  let text = "";
  const stream = client.responses.stream({ model, input: QUESTION, user });
  for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
  const final = await stream.finalResponse();
  return { text, final: final.output_text, usage: final.usage.total_tokens };
}

async function usedATool(user, model) {
  const first = await ask(user, { model, input: track, tools });
  const call = first.output.find((item) => item.type === "function_call");
  const result = { type: "function_call_output", call_id: call.call_id, output: "It is in Leeds." };
  const last = await ask(user, { model, input: [...track, ...first.output, result], tools });
  return { name: call.name, arguments: JSON.parse(call.arguments), final: last.output_text };
}

async function parsed(user, model) {
  const body = { model, input: QUESTION, text: { format: zodTextFormat(Advice, "advice") }, user };
  return (await client.responses.parse(body)).output_parsed;
}

tell({
  snippet: { answer, call_id: callId, cost },
  lowered: {
    stream: await streamed("lowered.stream", "default"),
    tools: await usedATool("lowered.tools", "default"),
    parsed: await parsed("lowered.parsed", "default"),
  },
  native: {
    stream: await streamed("native.stream", "native"),
    tools: await usedATool("native.tools", "native"),
    parsed: await parsed("native.parsed", "native"),
  },
  untagged: await raisedBy(() => ask(undefined, {}, new OpenAI())),
  stopped: await raisedBy(() => ask("stopped", {}, client.withOptions({ apiKey: STOPPED_KEY }))),
  poor: await raisedBy(() => ask("poor", {}, client.withOptions({ apiKey: POOR_KEY }))),
  busy_once: await raisedBy(async () => (await ask("busy.once", { model: "busy-once" })).output_text),
  broken: await raisedBy(() => streamed("broken", "breaking")),
  embedded: vectors.data.map((each) => each.embedding.length),
  embedding_of_a_stopped: await raisedBy(() =>
    client.withOptions({ apiKey: STOPPED_KEY }).embeddings.create({ model: "embedder", input: "one", user: "halted" }),
  ),
});
