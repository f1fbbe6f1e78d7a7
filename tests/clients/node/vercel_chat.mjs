import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { embedMany, generateObject, generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { POOR_KEY, QUESTION, STOPPED_KEY, raisedBy, tell } from "./telling.mjs";

const aiops = createOpenAICompatible({
  name: "aiops",
  baseURL: process.env.OPENAI_BASE_URL,
  apiKey: process.env.OPENAI_API_KEY,
  headers: { "X-AIOps-Feature": "answers" },
  includeUsage: true,
  supportsStructuredOutputs: true,
});
const { text, response } = await generateText({
  model: aiops("default"),
  prompt: "How do I send a parcel back?",
  headers: { "X-AIOps-User": "ann", "X-AIOps-Session": "chat-17" },
});
const [callId, cost] = ["x-aiops-call-id", "x-aiops-cost-usd"].map((name) => response.headers[name]);

const { embeddings } = await embedMany({
  model: aiops.textEmbeddingModel("embedder"),
  values: ["one", "two"],
  headers: { "X-AIOps-User": "embedded" },
});

const openai = createOpenAI({ headers: { "X-AIOps-Feature": "answers" } });
const told = await generateText({
  model: openai("default"),
  prompt: "How do I send a parcel back?",
  headers: { "X-AIOps-User": "responses" },
});

const Advice = z.object({ topic: z.string(), days: z.number() });
const track_parcel = tool({
  description: "Where a parcel is.",
  inputSchema: z.object({ number: z.number().int() }),
  execute: async ({ number }) => `Parcel ${number} is in Leeds.`,
});
const headers = (user) => ({ "X-AIOps-User": user });
const quiet = { onError: () => {} };

async function streamed(user, model) {
  const result = streamText({ model, prompt: QUESTION, headers: headers(user), ...quiet });
  let text = "";
  for await (const part of result.fullStream) {
    if (part.type === "error") throw part.error;
    if (part.type === "text-delta") text += part.text;
  }
  return { text, usage: [(await result.totalUsage).totalTokens] };
}

async function endOf(user, model) {
  const result = streamText({ model, prompt: QUESTION, headers: headers(user), ...quiet });
  return { text: await result.text, reason: await result.finishReason };
}

async function turns(user, model) {
  const messages = [{ role: "user", content: QUESTION }];
  // Or it sends only the id of what was said, which OpenAI alone can look up.
  const openai = { store: false };
  const asked = { model, headers: headers(user), providerOptions: { openai } };
  const first = await generateText({ ...asked, messages });
  messages.push(...first.response.messages, { role: "user", content: "How long does delivery take?" });
  return (await generateText({ ...asked, messages })).text;
}

const loop = (user, model) => ({
  model,
  prompt: "Track parcel 4711, please.",
  tools: { track_parcel },
  stopWhen: stepCountIs(3),
  headers: headers(user),
});

const object = async (user, model) =>
  (await generateObject({ model, schema: Advice, prompt: QUESTION, headers: headers(user) })).object;

async function cancelled() {
  const abort = new AbortController();
  const model = aiops("unhurried");
  const { textStream } = streamText({
    model, prompt: QUESTION, headers: headers("cancelled"), abortSignal: abort.signal, ...quiet,
  });
  let text = "";
  for await (const piece of textStream) {
    text += piece;
    if (text.includes("can")) abort.abort();
  }
  return text;
}

const ask = (user, values = {}) =>
  generateText({ model: aiops("default"), prompt: QUESTION, headers: headers(user), ...values });
const as = (apiKey) =>
  createOpenAI({ apiKey, headers: { "X-AIOps-Feature": "answers" } }).chat("default");

tell({
  snippet: { answer: text, call_id: callId, cost },
  stream: await streamed("stream", aiops("default")),
  stream_openai: await streamed("stream.openai", openai.chat("default")),
  agent: (await generateText(loop("tools", aiops("default")))).text,
  stream_agent: await streamText(loop("stream.tools", openai.chat("default"))).text,
  schema: await object("schema", aiops("default")),
  schema_openai: await object("schema.openai", openai.chat("default")),
  responses: {
    text: told.text,
    stream: await streamed("responses.stream", openai("default")),
    agent: (await generateText(loop("responses.tools", openai("default")))).text,
    schema: await object("responses.schema", openai("default")),
    turns: await turns("responses.turns", openai("default")),
    native: await streamed("responses.native", openai("native")),
    native_agent: await streamText(loop("responses.native.tools", openai("native"))).text,
  },
  embedded: embeddings.map((each) => each.length),
  cancelled: await cancelled(),
  untagged: await raisedBy(() => generateText({ model: createOpenAI({}).chat("default"), prompt: QUESTION })),
  stopped: await raisedBy(() => ask("stopped", { model: as(STOPPED_KEY) })),
  poor: await raisedBy(() => ask("poor", { model: as(POOR_KEY), maxRetries: 0 })),
  busy_once: await raisedBy(async () => (await ask("busy.once", { model: aiops("busy-once") })).text),
  busy: await raisedBy(() => ask("busy", { model: aiops("busy"), maxRetries: 0 })),
  broken: await raisedBy(() => streamed("broken", aiops("breaking"))),
  // Its `text` and `textStream` end early without raising: that is told by `onError` and the reason of the finish.
  broken_end: await endOf("broken.end", aiops("breaking")),
  broken_openai: await raisedBy(() => streamed("broken.openai", openai.chat("breaking"))),
});
