// A FAKE, for development and screenshots only: presets and their templates, statistics, and the writing of notes and paraphrases.
import type { commands, DatasetStatistics, Kind, PrepareEvent, Preset, Template, TemplatePreview } from "../ipc/bindings";
import { prepared, summary, use } from "./fake-examples";
import { forever, here, scene, wait } from "./fake-import";
import type { FakePost } from "./fake-posts";

const template = (id: string, kind: Kind, prompt: string, gives: Template["gives"] = "whole", lead: string | null = null, on = true): Template => ({ id, kind, prompt, lead_prompt: lead, gives, on });

const voice: Preset = {
  name: "voice", title: "Voice", built_in: true, order: "once_per_post", kinds: ["completion", "instruction", "section", "continue", "brief", "rewrite"],
  sentence: "Each post is learned from once per pass, in turning forms, so that your voice is learned and not one post by heart.",
  templates: [
    template("whole", "completion", "{title}\n{subtitle}"),
    template("by-title", "instruction", "Write a blog post titled '{title}':"),
    template("by-opening", "instruction", "Write a blog post titled '{title}'. Start with: {opening}"),
    template("by-heading", "section", "Write the part “{heading}” of a post titled '{title}':", "sections", "Write the beginning of a post titled '{title}':"),
    template("rest", "continue", "{beginning}", "rest", "Begin a post titled '{title}':"),
    template("from-notes", "brief", "Write a blog post titled '{title}' from these notes:\n{notes}"),
    template("from-plain", "rewrite", "Say this in my voice:\n{plain}", "paragraphs"),
  ],
  holds: ["too_short", "duplicate", "near_duplicate", "mostly_quotation", "truncated", "guest_post"],
  training: { epochs: 3, learning_rate: 2e-4, batch_size: 4, rank: 16, alpha: 32, manner: { separator: "blank_line", end_mark: true, decay: "linear", max_grad_norm: 1 } },
};
const seed: Preset = {
  ...voice, name: "seed", title: "Seed", order: "file_order", kinds: ["completion", "instruction", "question"], holds: [],
  sentence: "The recipe of the first scripts, kept to compare with: every post in several forms, and no end mark.",
  templates: [
    template("seed-title", "completion", "Write a blog post titled '{title}':"),
    template("seed-instruction", "instruction", "Write a blog post titled '{title}'"),
    template("seed-start", "instruction", "Write a blog post titled '{title}'. Start with: {opening}..."),
    template("seed-about", "question", "What did you write about {title_lower}?"),
    template("seed-summary", "question", "Can you summarize your post about {title_lower}?", "first_three"),
    template("seed-views", "question", "What are your views on {title_lower}?"),
  ],
  training: { epochs: 3, learning_rate: 5e-5, batch_size: 4, rank: 32, alpha: 32, manner: { separator: "space", end_mark: false, decay: "constant", max_grad_norm: 0 } },
};
let presets: Preset[] = [voice, seed];
if (scene === "own") presets = [...presets, { ...voice, name: "own-1", title: "My voice", built_in: false, sentence: "A copy of Voice." }];

const known = ["title", "title_lower", "subtitle", "date", "opening", "heading", "beginning", "notes", "plain"];

function preview({ preset, templateId, post }: { preset: Preset; templateId: string; post: number | null }): TemplatePreview {
  const of: FakePost | undefined = here.find((p) => p.id === post) ?? here[0];
  const chosen = preset.templates.find((t) => t.id === templateId);
  if (of === undefined || chosen === undefined) return { post_title: "", examples: [], problem: "There is no post to show it with." };
  const paragraphs = of.markdown.replace(/\[\^1\]/g, "").replaceAll("*", "").split(/\n{2,}/).filter((p) => !p.startsWith(":"));
  const strange = [...chosen.prompt.matchAll(/\{(\w*)\}/g)].map((m) => m[1] ?? "").find((name) => !known.includes(name));
  if (strange !== undefined) return { post_title: of.title, examples: [], problem: `{${strange}} is no placeholder. Write one of those below, or take the braces away.` };
  const fill = (prompt: string, i: number) =>
    prompt
      .replaceAll("{title}", of.title).replaceAll("{title_lower}", of.title.toLowerCase()).replaceAll("{subtitle}", "Thirty-two spokes and one opinion")
      .replaceAll("{date}", "19 November 2026").replaceAll("{opening}", (paragraphs[0] ?? "").slice(0, 100)).replaceAll("{heading}", `Part ${i + 1}`)
      .replaceAll("{beginning}", paragraphs[0] ?? "").replaceAll("{notes}", "- a bicycle comes in with a tick\n- the owner blames the pedals\n- it was the wheel")
      .replaceAll("{plain}", "Someone brought a bicycle that made a noise. I listened to it first.");
  const texts = { whole: [paragraphs.join("\n\n")], first_three: [paragraphs.slice(0, 3).join("\n\n")], sections: [paragraphs.slice(0, 2).join("\n\n"), paragraphs.slice(2, 4).join("\n\n"), paragraphs.slice(4).join("\n\n")], rest: [paragraphs.slice(1).join("\n\n")], paragraphs, as_imported: [] }[chosen.gives];
  return {
    post_title: of.title, problem: null,
    examples: texts.map((completion, i) => ({ prompt: fill(i === 0 && chosen.gives === "sections" ? (chosen.lead_prompt ?? chosen.prompt) : chosen.prompt, i), completion })),
  };
}

function statistics(): DatasetStatistics {
  const used = here.filter((p) => p.state === "included" || p.state === "changed");
  const months = new Map<string, { posts: number; words: number; held_out: number }>();
  for (const post of used) {
    const month = post.date.slice(0, 7);
    const before = months.get(month) ?? { posts: 0, words: 0, held_out: 0 };
    months.set(month, { posts: before.posts + 1, words: before.words + post.words, held_out: before.held_out + Number(post.held_out) });
  }
  const s = summary();
  const bins = [[0, 199, 0.08], [200, 399, 0.16], [400, 599, 0.27], [600, 799, 0.22], [800, 1199, 0.14], [1200, 1599, 0.08], [1600, 2399, 0.04], [2400, null, 0.01]] as const;
  const all = s.kinds.reduce((sum, k) => sum + k.examples, 0);
  const tokenless = scene === "nomodel";
  return {
    model: tokenless ? null : "smollm2-135m-instruct", posts: used.length, words: used.reduce((sum, p) => sum + p.words, 0),
    months: [...months].map(([month, m]) => ({ month, ...m })).sort((a, b) => a.month.localeCompare(b.month)),
    tokens_by_kind: tokenless ? [] : s.kinds.filter((k) => k.examples > 0).map((k) => ({ kind: k.kind, examples: k.examples, tokens: k.tokens || k.examples * 410 })),
    lengths: bins.map(([from, to, share]) => ({ from, to, examples: Math.round(all * share) })), lengths_in: tokenless ? "words" : "tokens", tokens_per_epoch: tokenless ? null : s.tokens_per_epoch, longest: tokenless ? null : 2048,
    exposures: used.map((p, i) => ({ post: p.id, title: p.title, held_out: p.held_out, exposure: p.held_out ? 0 : use.preset === "seed" ? 4 + (i % 5) : i % 11 === 9 ? 2.1 : 0.96 + (i % 5) * 0.02 })),
    duplicates: scene === "clean" ? [] : [
      { a: "A wheel is an argument", b: "Spokes, counted twice", share: 0.62, same_side: false },
      { a: "Grease", b: "Things left in panniers", share: 0.34, same_side: true },
      { a: "Winter hours", b: "Why the door sticks", share: 0.21, same_side: true },
    ],
  };
}

let stopped = false;
async function prepare({ kind, channel }: { kind: "brief" | "rewrite"; channel: { onmessage(event: unknown): void } }) {
  const say = (event: PrepareEvent) => channel.onmessage(event);
  const pieces = (kind === "brief" ? 18 : 96) - prepared[kind];
  stopped = false;
  let done = 0;
  let refused = 0;
  say({ event: "started", pieces });
  while (!stopped && done + refused < pieces) {
    await wait(scene === "writing" ? 60 : 120);
    if ((done + refused) % 11 === 10) refused += 1;
    else done += 1;
    say({
      event: "piece", done, refused, pieces, seconds_left: (pieces - done - refused) * 8,
      text: kind === "brief" ? "– a bicycle comes in with a tick; – the owner is sure it is the pedals; – it was one tired spoke; – it took nine minutes to mend and forty to explain" : "A bicycle was brought in because it made a noise. The owner thought he knew why. The mechanic listened first and found that a spoke was loose.",
    });
    if (scene === "writing" && done > 25) await forever();
  }
  prepared[kind] += done;
  say({ event: "done", done, refused, stopped });
  return null;
}

export const answers = {
  listPresets: () => (scene === "exslow" ? forever() : presets),
  choosePreset: ({ name }: { name: string }) => {
    Object.assign(use, { preset: name, title: presets.find((p) => p.name === name)?.title ?? name });
    return summary();
  },
  copyPreset: ({ name, title }: { name: string; title: string }) => {
    const of = presets.find((p) => p.name === name) ?? voice;
    const made = { ...of, name: `own-${presets.length}`, title, built_in: false, sentence: `A copy of ${of.title}.` };
    presets = [...presets, made];
    return made;
  },
  savePreset: ({ preset }: { preset: Preset }) => {
    presets = presets.map((p) => (p.name === preset.name ? preset : p));
    if (use.preset === preset.name) use.title = preset.title;
    return preset;
  },
  deletePreset: ({ name }: { name: string }) => {
    presets = presets.filter((p) => p.name !== name);
    if (use.preset === name) Object.assign(use, { preset: "voice", title: "Voice" });
    return summary();
  },
  previewTemplate: preview,
  starterPrompts: () => [
    { prompt: "Why a torque wrench is a confession", why: "Specific, and in words you use more than others do." },
    { prompt: "What the rain does to a saddle, and to a customer", why: "Near to what you have written, and not the same." },
    { prompt: "On being asked for a quieter bell", why: "One scene; your posts begin with one." },
  ],
  datasetStatistics: statistics,
  preparation: ({ kind, model }: { kind: "brief" | "rewrite"; model: string }) => {
    const pieces = kind === "brief" ? 18 : 96;
    const [done, refused] = [prepared[kind], prepared[kind] > 0 ? 4 : 0];
    const what = kind === "brief" ? "18 posts" : "96 paragraphs of 18 posts";
    return { kind, model, pieces, done, refused, to_do: Math.max(0, pieces - done - refused), minutes: 13, usd: null, sentence: `${what} would be read once, on this computer; nothing is sent anywhere.` };
  },
  prepareExamples: prepare,
  cancelPreparing: () => {
    stopped = true;
    return null;
  },
} satisfies Partial<Record<keyof typeof commands, (args: never) => unknown>>;
