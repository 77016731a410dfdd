// A FAKE, for development and screenshots only: the examples of the invented blog, ten thousand of them with `?fake=many`.
import type {
  Example, ExampleQuery, ExampleRow, ExampleStatus, ExampleSummary, FlagCode, ImportedFile, Kind, KindSetting, Page, commands,
} from "../ipc/bindings";
import { checks, flagOf, kinds } from "./fake-checks";
import { diff } from "./fake-diff";
import { fail, forever, here, scene } from "./fake-import";
import type { FakePost } from "./fake-posts";

const usable = here.filter((post) => post.state === "included" || post.state === "changed");
const plain = (post: FakePost) => post.markdown.replace(/\[\^1\]/g, "").split(/\n{2,}/).filter((p) => !p.startsWith(":")).join("\n\n").replaceAll("*", "");
const tokensOf = (text: string) => Math.round((text.match(/\S+/g)?.length ?? 0) * 1.36);

const prompts: [Kind, string, (post: FakePost, text: string) => [string, string]][] = [
  ["instruction", "by-title", (post, text) => [`Write a blog post titled '${post.title}':`, text]],
  ["completion", "whole", (_, text) => ["", text]],
  ["continue", "rest", (_, text) => [`${text.split("\n\n")[0] ?? ""}`, text.split("\n\n").slice(1).join("\n\n")]],
  ["section", "by-heading", (post, text) => [`Write the part about ${post.title.toLowerCase()} that comes after the beginning:`, text.split("\n\n").slice(1, 3).join("\n\n")]],
];

let examples: Example[] = [];
const flagsAt = (n: number): FlagCode[] => {
  if (scene === "clean") return [];
  if (n % 17 === 5) return ["too_short"];
  if (n % 23 === 2) return ["near_duplicate"];
  if (n % 29 === 7) return ["mostly_quotation", "personal_data"];
  return n % 31 === 11 ? ["gives_answer_away"] : [];
};

function build() {
  const rounds = scene === "many" ? 12 : 1;
  for (let round = 0; round < rounds; round += 1) {
    for (const post of usable) {
      for (const [kind, template, make] of prompts) {
        const [prompt, whole] = make(post, plain(post));
        const id = examples.length + 1;
        const codes = flagsAt(id);
        const completion = codes[0] === "too_short" ? whole.slice(0, 168) : whole;
        examples.push({
          id, post: post.id, post_title: post.title, kind, prompt, completion, made_prompt: prompt, made_completion: completion, template,
          part: kind === "section" ? `part ${2 + round}` : null, source: null, tokens: tokensOf(prompt + completion),
          status: codes.length > 0 && id % 4 !== 0 ? "flagged" : id % 37 === 0 ? "dropped" : "kept", edited: false, held_out: post.held_out, flags: codes.map(flagOf),
        });
      }
    }
  }
  if (scene === "many") examples = examples.slice(0, 10_000);
}
build();

let files: ImportedFile[] = [];
function addFile(): ImportedFile {
  const file: ImportedFile = {
    id: files.length + 1, name: "unified_training_data.jsonl", shape: "prompt and completion", imported_at: new Date().toISOString(), rows: 114, texts: 21,
    sentence: "114 rows hold 21 different texts: each is learned from five times per pass, so the model would sooner recite than learn.",
  };
  files = [...files, file];
  const base = Math.max(0, ...examples.map((e) => e.id));
  for (let i = 0; i < 114; i += 1) {
    const post = usable[i % 18];
    if (post === undefined) break;
    const completion = plain(post);
    const prompt = i % 2 === 0 ? `Tell me about ${post.title.toLowerCase()}` : `What did you write about ${post.title.toLowerCase()}?`;
    examples.push({
      id: base + i + 1, post: null, post_title: file.name, kind: "imported", prompt, completion, made_prompt: prompt, made_completion: completion, template: "imported",
      part: null, source: `${file.name}, line ${i + 1}`, tokens: tokensOf(completion), status: "kept", edited: false, held_out: false, flags: [],
    });
  }
  return file;
}
if (scene === "imported") addFile();

const off = new Set<Kind>(["question"]);
const loose = new Set<FlagCode>(["contradictory", "personal_data"]);
export const prepared = { brief: 0, rewrite: 0 };
export const use = { preset: "voice", title: "Voice" };
let triageAt: number | null = null;
let undo: { what: string; back: [number, Example][] }[] =
  here.length > 0 && scene !== "clean" ? [{ what: "Leaving out “What I tell apprentices on the first day”", back: [] }] : [];

const needs = (kind: Kind): string | null =>
  kind === "question" ? null
  : kind === "brief" && prepared.brief === 0 ? "No notes yet"
  : kind === "rewrite" && prepared.rewrite === 0 ? "No paraphrases yet"
  : kind === "imported" && files.length === 0 ? "No file yet" : null;

function kindSetting({ kind, sentence }: (typeof kinds)[number]): KindSetting {
  const all = examples.filter((e) => e.kind === kind);
  const many = kind === "question" ? usable.length * 3 : all.length;
  return { kind, sentence, enabled: !off.has(kind), examples: many, tokens: scene === "nomodel" ? null : kind === "question" ? many * 405 : all.reduce((sum, e) => sum + (e.tokens ?? 0), 0), needs: needs(kind) };
}

export function summary(): ExampleSummary {
  if (scene === "exfail") fail("database_busy", "The library is in use by another program.", "Close the other window or wait a moment, then try again.", "SQLITE_BUSY (5)");
  const of = (status: ExampleStatus) => examples.filter((e) => e.status === status && (status !== "kept" || !e.held_out)).length;
  return {
    preset: use.preset, preset_title: use.title, kinds: kinds.map(kindSetting), kept: of("kept"), dropped: of("dropped"), flagged: of("flagged"),
    held_out_posts: usable.filter((p) => p.held_out).length, training_posts: usable.filter((p) => !p.held_out).length,
    tokens_per_epoch: scene === "nomodel" ? null : 16_070, exposure: use.preset === "seed" ? 6.2 : 1, can_undo: undo.at(-1)?.what ?? null,
    checks: checks.map((check) => {
      const found = examples.filter((e) => e.flags.some((flag) => flag.code === check.code));
      return { ...check, holds: !loose.has(check.code), examples: found.length, waiting: found.filter((e) => e.status === "flagged").length, posts: new Set(found.map((e) => e.post)).size };
    }),
    imported: files, triage_at: triageAt,
    held_out_sentence: "Your four newest posts are kept aside: no model learns from them, so they can test how close it came to you.",
  };
}

const fits = (query: ExampleQuery) => (e: Example) =>
  (query.status === null || e.status === query.status) && (query.kind === null || e.kind === query.kind) && (query.post === null || e.post === query.post) &&
  (query.flag === null || e.flags.some((flag) => flag.code === query.flag)) && (query.held_out === null || e.held_out === query.held_out) &&
  (query.enabled === null || !off.has(e.kind) === query.enabled) &&
  (query.search === null || `${e.prompt} ${e.completion}`.toLowerCase().includes(query.search.toLowerCase()));

function list(query: ExampleQuery): Page<ExampleRow> {
  const found = examples.filter(fits(query));
  const from = Number(query.cursor ?? 0);
  const to = from + Math.min(1000, query.limit ?? 100);
  return {
    items: found.slice(from, to).map(({ id, post, post_title, kind, prompt, completion, tokens, status, edited, held_out, flags }) => ({
      id, post, post_title, kind, prompt: prompt.slice(0, 200), text: completion.slice(0, 300), tokens, status, edited, held_out, flags,
    })),
    next: to < found.length ? String(to) : null, total: found.length,
  };
}

/** Changes examples, and remembers how they were. */
function change(which: (e: Example) => boolean, by: (e: Example) => Example, what: (many: number, first: Example) => string) {
  const before = examples.filter(which);
  const [first] = before;
  if (first === undefined) return summary();
  undo = [...undo, { what: what(before.length, first), back: before.map((e) => [e.id, e]) }];
  examples = examples.map((e) => (which(e) ? by(e) : e));
  return summary();
}

const decide = (which: (e: Example) => boolean, status: ExampleStatus) =>
  change(which, (e) => ({ ...e, status }), (many, first) => `${status === "kept" ? "Keeping" : "Leaving out"} ${many === 1 ? `“${first.post_title}”` : `${many.toLocaleString("en")} examples`}`);

const one = (id: number) => examples.find((e) => e.id === id) ?? fail("not_found", "This example is no longer there.", "It may be made differently now. Load the list again.");

export const answers = {
  exampleSummary: () => (scene === "exslow" ? forever() : summary()),
  setKindEnabled: ({ kind, enabled }: { kind: Kind; enabled: boolean }) => {
    if (enabled) off.delete(kind);
    else off.add(kind);
    return summary();
  },
  setCheckHolds: ({ code, holds }: { code: FlagCode; holds: boolean }) => {
    if (holds) loose.delete(code);
    else loose.add(code);
    return summary();
  },
  listExamples: ({ query }: { query: ExampleQuery }) => list(query),
  getExample: ({ id }: { id: number }) => one(id),
  diffExample: ({ id }: { id: number }) => {
    const example = one(id) as Example;
    const post = here.find((p) => p.id === example.post);
    return diff(post === undefined ? "" : plain(post), example.completion);
  },
  setExamplesStatus: ({ ids, status }: { ids: number[]; status: ExampleStatus }) => decide((e) => ids.includes(e.id), status),
  decideExamples: ({ query, status }: { query: ExampleQuery; status: ExampleStatus }) => decide(fits(query), status),
  editExample: ({ id, prompt, completion }: { id: number; prompt: string; completion: string }) => {
    change((e) => e.id === id, (e) => ({ ...e, prompt, completion, edited: prompt !== e.made_prompt || completion !== e.made_completion, tokens: tokensOf(prompt + completion) }), (_, e) => `Editing “${e.post_title}”`);
    return one(id);
  },
  undoExamples: () => {
    const last = undo.at(-1);
    undo = undo.slice(0, -1);
    const back = new Map(last?.back);
    examples = examples.map((e) => back.get(e.id) ?? e);
    return summary();
  },
  countTokens: ({ text }: { text: string }) => (scene === "nomodel" ? null : tokensOf(text)),
  rememberTriage: ({ id }: { id: number | null }) => {
    triageAt = id;
    return null;
  },
  importExamples: () => addFile(),
  forgetImported: ({ id }: { id: number }) => {
    files = files.filter((file) => file.id !== id);
    examples = examples.filter((e) => e.kind !== "imported");
    return summary();
  },
  exportExamples: () => "/home/you/examples.jsonl",
} satisfies Partial<Record<keyof typeof commands, (args: never) => unknown>>;
