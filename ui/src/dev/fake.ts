// A FAKE of the Rust side, for `npm run dev` in a plain browser and for screenshots.
// No build contains it: main.ts imports it only where import.meta.env.DEV holds.
// `?fake=` picks the state to show: full, empty, importing, slow, error, startup, training, paused, nomodel, closing;
// of examples: many (10,000 of them), clean, own, imported, writing, exslow, exfail;
// of importing: archive, interrupted, waiting, reach, repeated, states, sources.
import { emit } from "@tauri-apps/api/event";
import { mockIPC } from "@tauri-apps/api/mocks";
import type { commands, Model, RunEvent, Settings, WriteEvent } from "../ipc/bindings";
import * as examples from "./fake-examples";
import * as imports from "./fake-import";
import * as library from "./fake-library";
import * as making from "./fake-making";
import { modelText, toHtml } from "./fake-posts";

type Args = { onEvent: { onmessage(event: unknown): void } };
type Answers = Record<keyof typeof commands, (args: never) => unknown>;

const { asked, scene, wait, forever, fail } = imports;
const filled = imports.here.length > 0;
let runs = [
  ...(scene === "training" ? [library.run(3, "running", 41, null)] : []),
  ...(scene === "paused" ? [library.run(3, "interrupted", 41, null)] : []),
  ...(filled && scene !== "nomodel" ? [library.run(2, "succeeded", 87, 2), library.run(1, "succeeded", 87, 1)] : []),
];
let settings: Settings = {
  theme: (asked.get("theme") as Settings["theme"]) ?? "system", text_size: Number(asked.get("size") ?? 17), keep_awake: true, check_blogs: (asked.get("check") as Settings["check_blogs"]) ?? "off", write_temperature: 0.7, write_max_tokens: 500, write_stop: [],
  test_prompts: ["Write a blog post titled 'What I learned this year':", "Write a blog post titled 'A morning':", "Write a blog post titled 'On changing my mind':"],
};
let key: "set" | "missing" = asked.get("key") === "set" ? "set" : "missing";
let drafts = filled
  ? [
      { id: 1, title: "A short defence of the bell", revision: 1, updated_at: "2026-11-20T08:30:00Z", body: "## What it is for\n\nThere is a bell on every bicycle that comes through the door, and on most of them it is the only part that has never been adjusted to flatter anyone.\n\nI used to take them off. I thought a bell was an *apology* made in advance. Then I was overtaken, on the hill behind the shop, by a boy with a bell and no brakes, and I understood that one of us had been announced.\n\n> A bell says one thing, at one pitch, and means it.\n\nWhat I mean is" },
      { id: 2, title: "The stand by the door", revision: 1, updated_at: "2026-11-18T08:30:00Z", body: "Nothing in a shop is ever lost. It is merely under something that you were right to put there." },
      { id: 3, title: "", revision: 1, updated_at: "2026-11-02T08:30:00Z", body: "A list of noises, in order of expense." },
    ]
  : [];
const model: Model = {
  name: library.plan.model, title: "SmolLM2 135M", engine: "local", installed: scene !== "nomodel" && scene !== "download", bytes: 98_362_432, parameters: 135e6,
  licence: "Apache-2.0", note: "A very small model: it proves the loop and writes poor prose.", memory_bytes: 812e6,
};
const wordsOf = (text: string) => text.match(/\S+/g)?.length ?? 0;
async function write(args: Args) {
  const say = (event: WriteEvent) => args.onEvent.onmessage(event);
  say({ event: "waiting", reason: "Reading the model" });
  await wait(250);
  const tokens = modelText.match(/\s*\S+/g) ?? [];
  for (const [i, text] of tokens.entries()) {
    if (scene === "streaming" && i === 60) await forever();
    say({ event: "token", text });
    await wait(8);
  }
  say({ event: "done", text: modelText, finish: "end_of_text", tokens: 131, tokens_per_second: 24, version: "v2", seed: 4711, sentence: "" });
  return null;
}

async function watch(args: Args) {
  const say = (event: RunEvent) => args.onEvent.onmessage(event);
  const running = runs.find((r) => r.status === "running");
  if (running === undefined) return null;
  say({ event: "snapshot", detail: library.detail(running) });
  if (scene === "training" || scene === "closing") await forever();
  for (let step = 1; step <= library.steps; step += 1) {
    await wait(120);
    say({ event: "step", point: library.trainPoint(step) });
    if (step % 15 === 0) say({ event: "held_out", point: library.heldPoint(step) });
    say({ event: "run", run: library.run(running.id, "running", step, null) });
  }
  runs = runs.map((r) => (r.id === running.id ? library.run(r.id, "succeeded", 87, 2) : r));
  return null;
}

const draftRow = (d: (typeof drafts)[number]) => ({ id: d.id, title: d.title, words: wordsOf(d.body), updated_at: d.updated_at, excerpt: d.body.replace(/^#.*\n+/, "").slice(0, 140) });

const answers: Answers = {
  startupProblem: () =>
    scene === "startup"
      ? { code: "database_newer", message: "Your library was last opened by a newer Idiolect.", hint: "Install the newest version, then open it again.", detail: "schema 9, this program knows 4" }
      : null,
  ...imports.answers,
  getPortrait: () => (scene === "slow" ? forever() : library.portrait),
  ...examples.answers, ...making.answers,
  listModels: () => [model],
  downloadModel: (args: Args) => {
    args.onEvent.onmessage({ event: "progress", done: 41e6, total: model.bytes });
    return forever();
  },
  cancelDownload: () => null,
  planRun: () => (scene === "nomodel" ? { ...library.plan } : library.plan),
  startRun: () => {
    runs = [library.run(4, "running", 0, null), ...runs];
    return 4;
  },
  listRuns: () => runs,
  getRun: ({ id }: { id: number }) => {
    const found = runs.find((r) => r.id === id);
    return found ? library.detail(found) : fail("not_found", "That run is gone.");
  },
  watchRun: watch, pauseRun: () => null, resumeRun: () => null, cancelRun: () => null,
  listVersions: () => (filled && scene !== "nomodel" ? library.versions : []),
  promoteVersion: () => null, undoPromotion: () => null, deleteVersion: () => null, exportVersion: () => "/home/you/v2",
  listDrafts: () => drafts.map(draftRow),
  createDraft: ({ title }: { title: string }) => {
    const made = { id: drafts.length + 1, title, body: "", revision: 1, updated_at: new Date().toISOString() };
    drafts = [made, ...drafts];
    return made;
  },
  getDraft: ({ id }: { id: number }) => drafts.find((d) => d.id === id),
  saveDraft: ({ id, title, body, revision }: { id: number; title: string; body: string; revision: number }) => {
    drafts = drafts.map((d) => (d.id === id ? { ...d, title, body, revision: revision + 1, updated_at: new Date().toISOString() } : d));
    return drafts.find((d) => d.id === id);
  },
  deleteDraft: ({ id }: { id: number }) => {
    drafts = drafts.filter((d) => d.id !== id);
    return null;
  },
  renderMarkdown: ({ markdown }: { markdown: string }) => toHtml(markdown),
  writeText: write, stopWriting: () => null, copyMarkdown: () => null, copyHtml: () => null,
  getSettings: () => settings,
  saveSettings: (args: { settings: Settings }) => (settings = args.settings),
  keyStatus: () => (scene === "nokeyring" ? "no_keyring" : key),
  setKey: () => (key = "set"), deleteKey: () => (key = "missing"),
  listHosts: () => [
    { host: "truingstand.example", purpose: "Your blog: its feed and posts", last_asked: new Date(Date.now() - 72e5).toISOString() },
    { host: "models.example", purpose: "The model hub, when a model is fetched", last_asked: "2026-11-02T09:00:00Z" },
  ],
  appInfo: () => ({ version: "0.1.0", data_dir: "/home/you/.local/share/idiolect", database_bytes: 2_310_000, models_dir: "/home/you/.local/share/idiolect/models", threads: 2 }),
  exportEverything: () => "/home/you/idiolect.zip", deleteEverything: () => null, openAddress: () => null, closeWindow: () => null,
};

export function install(): void {
  const camel = (name: string) => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase());
  mockIPC(async (name, args) => {
    const answer = answers[camel(name) as keyof Answers] as ((args: never) => unknown) | undefined;
    if (answer === undefined) throw new Error(`the fake has no answer to ${name}`);
    await wait(4);
    return answer(args as never);
  }, { shouldMockEvents: true });
  if (scene === "training" && asked.has("close")) setTimeout(() => void emit("close-asked", { run: 3 }), 600);
}
