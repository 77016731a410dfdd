// A FAKE, for development and screenshots only: portrait, runs and versions of the invented blog.
import type { Plan, Portrait, Recipe, Run, RunDetail, Version } from "../ipc/bindings";
import { modelText, posts } from "./fake-posts";

const wave = (i: number) => Math.abs(Math.sin(i * 12.9898) * 43758.5453) % 1;

export const portrait: Portrait = {
  posts: 18, words: 10_910, sentences: 734, mean_sentence_words: 14.9,
  sentence_lengths: [
    [1, 4, 0.14], [5, 8, 0.19], [9, 12, 0.17], [13, 16, 0.14], [17, 20, 0.11], [21, 24, 0.08],
    [25, 28, 0.06], [29, 34, 0.05], [35, 44, 0.04], [45, 90, 0.02],
  ].map(([from, to, share]) => ({ from: from ?? 0, to: to ?? 0, share: share ?? 0 })),
  rhythm: Array.from({ length: 120 }, (_, i) => {
    const r = wave(i + 1);
    return Math.max(2, Math.round(r < 0.36 ? 2 + r * 16 : r < 0.85 ? 8 + r * 16 : 24 + (r - 0.85) * 190));
  }),
  marks: [
    { mark: ",", name: "comma", per_thousand: 71.2, others: 61.0 },
    { mark: ".", name: "full stop", per_thousand: 63.4, others: 52.8 },
    { mark: ";", name: "semicolon", per_thousand: 6.8, others: 1.6 },
    { mark: "—", name: "em dash", per_thousand: 0.4, others: 4.9 },
    { mark: "(", name: "parenthesis", per_thousand: 5.1, others: 4.2 },
    { mark: "?", name: "question mark", per_thousand: 2.2, others: 4.4 },
    { mark: "“", name: "quotation mark", per_thousand: 3.0, others: 5.9 },
    { mark: "!", name: "exclamation mark", per_thousand: 0.1, others: 2.3 },
  ],
  words_used: [
    ["spoke", 18.4], ["kettle", 14.2], ["merely", 6.1], ["true", 4.8], ["sooner", 9.7], ["listened", 5.2], ["wheel", 11.5], ["quarter", 3.9],
    ["tired", 3.1], ["owner", 2.8], ["rather", 2.4], ["thursday", 7.3], ["bolt", 12.8], ["noise", 4.1], ["expensively", 5.9], ["once", 1.9],
    ["paperwork", 4.4], ["father", 3.3], ["straight", 2.9], ["apprentice", 8.8], ["corner", 2.2], ["stand", 3.6], ["grease", 10.1], ["opinion", 2.6],
  ].map(([word, times], i) => ({ word: String(word), per_thousand: 0.6 + wave(i) * 3, times_more: Number(times), posts: 3 + Math.floor(wave(i + 9) * 14) })),
  openings: [
    { text: "There is a kind of", count: 11, posts: [1, 3, 5, 8] },
    { text: "So I", count: 9, posts: [1, 2, 7] },
    { text: "You may", count: 8, posts: [1, 4, 11, 12] },
    { text: "What I mean is", count: 6, posts: [2, 6, 9] },
    { text: "And then, because", count: 4, posts: [3, 15] },
    { text: "My father", count: 4, posts: [1, 16] },
  ],
  phrases: [
    { text: "put the kettle on", count: 7, posts: [1, 2, 5, 19, 20] },
    { text: "which is the mechanic's way of", count: 5, posts: [3, 8, 12] },
    { text: "I always listen first", count: 4, posts: [1, 9, 14] },
    { text: "the rain gets in", count: 4, posts: [2, 10, 17] },
    { text: "leave a bolt alone", count: 3, posts: [4, 18] },
    { text: "straight without being true", count: 3, posts: [1, 12] },
  ],
};

export const recipe: Recipe = {
  preset: "voice", epochs: 3, max_steps: null, learning_rate: 0.0002, batch_size: 4, rank: 16, alpha: 32,
  rendering: "plain", seed: 7, minutes: null,
  manner: { separator: "blank_line", end_mark: true, decay: "linear", max_grad_norm: 1 },
};

export const plan: Plan = {
  engine: "local", model: "smollm2-135m-instruct", recipe, rendering: "plain", usd: null, price_date: null, training_posts: 14, held_out_posts: 4,
  held_out_titles: posts.slice(0, 4).map((post) => post.title), steps: 87, tokens: 48_210, minutes: 4, memory_bytes: 812e6, issues: [],
};

export const steps = 87;
export const trainPoint = (step: number) => ({ step, tokens: 1400 + Math.round(wave(step) * 300), loss: 3.9 - 0.72 * (1 - Math.exp(-step / 42)) + (wave(step) - 0.5) * 0.26 });
export const heldPoint = (step: number) => ({ step, loss: 3.95 - 0.17 * (1 - Math.exp(-step / 30)) });

export function run(id: number, status: Run["status"], step: number, version: number | null): Run {
  return {
    id, status, engine: "local", model: plan.model, preset: "voice", step, steps, epoch: Math.min(3, 1 + Math.floor(step / 29)), epochs: 3,
    train_loss: step > 0 ? trainPoint(step).loss : null, held_out_loss: step > 0 ? heldPoint(step).loss : null, base_loss: 3.95,
    tokens_per_second: 212, usd: 0, seconds_left: Math.round((steps - step) * 2.7), started_at: "2026-11-20T09:00:00Z",
    ended_at: status === "running" ? null : "2026-11-20T09:04:00Z", version,
    outcome:
      status === "succeeded" ? "Learned in 3 min 52 s. The last step was the best."
      : status === "interrupted" ? `Interrupted at step ${step} of ${steps}. It can go on from its last checkpoint.`
      : status === "paused" ? `Paused at step ${step} of ${steps}.`
      : status === "cancelled" ? "You cancelled it." : null,
    resumable: status === "paused" || status === "interrupted",
  };
}

export function detail(of: Run): RunDetail {
  const at = of.step;
  const every = Array.from({ length: at + 1 }, (_, i) => i);
  const done = of.status === "succeeded";
  return {
    run: of, recipe,
    train: every.slice(1).map(trainPoint),
    held_out: at === 0 ? [] : [...every.filter((i) => i % 15 === 0), ...(done ? [at] : [])].map(heldPoint),
    posts: done
      ? posts.slice(0, 4).map((post, i) => ({ post: post.id, title: post.title, base: 3.9 + wave(i) * 0.3, tuned: i === 2 ? 4.13 : 3.72 + wave(i) * 0.25, tokens: 700, bytes: 3100 }))
      : [],
    tests: done
      ? [
          { prompt: "Write a blog post titled 'What I learned this year':", text: modelText, finish: "end_of_text" },
          { prompt: "Write a blog post titled 'A morning':", text: modelText.slice(0, 240), finish: "length" },
        ]
      : [],
    log: ["09:00:00 base model on held-out posts: 3.95", "09:00:04 step 1 of 87", "09:03:52 done"],
  };
}

export const versions: Version[] = [
  {
    id: 2, name: "v2", run: 2, model: plan.model, engine: "local", rendering: "plain", current: true, created_at: "2026-11-14T09:00:00Z", held_out_loss: 3.79, base_loss: 3.95,
    bits_per_byte: 1.262, base_bits_per_byte: 1.318, better_on: 3, held_out_posts: 4, sentence: "Better on 3 of 4 held-out posts; too few to be sure.",
  },
  {
    id: 1, name: "v1", run: 1, model: plan.model, engine: "local", rendering: "plain", current: false, created_at: "2026-11-02T09:00:00Z", held_out_loss: 3.86, base_loss: 3.95,
    bits_per_byte: 1.287, base_bits_per_byte: 1.318, better_on: 2, held_out_posts: 4, sentence: "One pass over 12 posts.",
  },
];
