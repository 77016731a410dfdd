// Presets, preparing and counting: what is asked of Rust, and in which order.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Preset } from "../ipc/bindings";
import { presets } from "./presets.svelte";
import { applyPrepareEvent, type Preparing } from "./preparing.svelte";
import { TokenCount } from "./token-count.svelte";

const preset = (name: string, built_in: boolean, prompt = "Write {title}:"): Preset => ({
  name, title: name, built_in, sentence: "", order: "once_per_post", kinds: ["completion"], holds: [],
  templates: [{ id: "a", kind: "completion", prompt, lead_prompt: null, gives: "whole", on: true }],
  training: { epochs: 3, learning_rate: 2e-4, batch_size: 4, rank: 16, alpha: 32, manner: { separator: "blank_line", end_mark: true, decay: "linear", max_grad_norm: 1 } },
});

describe("editing a template", () => {
  let all: Preset[];
  const asked: string[] = [];

  beforeEach(async () => {
    all = [preset("voice", true)];
    asked.length = 0;
    Object.assign(presets, { name: "voice", draft: null, copying: null });
    mockIPC((name, args) => {
      asked.push(name);
      if (name === "list_presets") return all;
      if (name === "preview_template") return { post_title: "", examples: [], problem: null };
      if (name === "starter_prompts") return [];
      const { title, preset: given } = args as unknown as { title: string; preset: Preset };
      if (name === "copy_preset") {
        const copy = { ...preset("own-1", false), title };
        all = [...all, copy];
        return copy;
      }
      if (name === "save_preset") {
        all = all.map((p) => (p.name === given.name ? given : p));
        return given;
      }
      return null;
    });
    await presets.refresh();
  });
  afterEach(() => clearMocks());

  it("offers a copy at the first edit of a built-in preset, and goes on in it", async () => {
    presets.changeTemplate("a", { prompt: "Mine {title}:" });
    expect(presets.draft).toBeNull();
    expect(presets.copying?.of.name).toBe("voice");
    await presets.copy("My voice");
    expect(presets.shown).toMatchObject({ name: "own-1", title: "My voice" });
    expect(presets.shown?.templates[0]?.prompt).toBe("Mine {title}:");
    expect(all[0]?.templates[0]?.prompt).toBe("Write {title}:");
    expect(asked).not.toContain("save_preset");
  });

  it("changes how an own preset is trained, and offers a copy of a built-in one for it", async () => {
    const once = (p: Preset): Preset => ({ ...p, order: "file_order", training: { ...p.training, epochs: 7 } });
    presets.change(once);
    expect(presets.copying?.of.name).toBe("voice");
    await presets.copy("Mine");
    expect(presets.draft).toMatchObject({ order: "file_order", training: { epochs: 7, rank: 16 } });
    await presets.save();
    expect(all[1]).toMatchObject({ name: "own-1", order: "file_order", training: { epochs: 7 } });
    expect(all[0]?.training.epochs).toBe(3);
  });

  it("leaves the built-in one as it was when no copy is wanted", () => {
    const before = presets.revision;
    presets.changeTemplate("a", { prompt: "Mine" });
    presets.stopCopying();
    expect(presets.shown?.templates[0]?.prompt).toBe("Write {title}:");
    expect(presets.revision).toBeGreaterThan(before);
  });

  it("edits an own preset at once, and writes it when it is saved", async () => {
    all = [...all, preset("own-1", false)];
    await presets.refresh();
    await presets.show("own-1");
    presets.changeTemplate("a", { on: false });
    presets.changeTemplate("a", { prompt: "B" });
    expect(presets.copying).toBeNull();
    expect(presets.draft?.templates[0]).toMatchObject({ on: false, prompt: "B" });
    await presets.save();
    expect(presets.draft).toBeNull();
    expect(all[1]?.templates[0]).toMatchObject({ on: false, prompt: "B" });
  });

  it("drops changes, and shows what is known again", async () => {
    all = [...all, preset("own-1", false)];
    await presets.refresh();
    await presets.show("own-1");
    presets.changeTemplate("a", { prompt: "B" });
    presets.discard();
    expect(presets.shown?.templates[0]?.prompt).toBe("Write {title}:");
  });
});

describe("counting tokens while typing", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("asks once, a moment after the last key", async () => {
    const count = vi.fn(async (text: string) => text.length);
    const tokens = new TokenCount(1, count, 250);
    for (const text of ["a", "ab", "abc"]) {
      tokens.of(text);
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(count).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(250);
    expect(count.mock.calls).toEqual([["abc"]]);
    expect(tokens.tokens).toBe(3);
  });

  it("ignores an answer that a newer question overtook", async () => {
    const answers: ((n: number) => void)[] = [];
    const tokens = new TokenCount(1, () => new Promise((resolve) => answers.push(resolve)), 10);
    tokens.of("a");
    await vi.advanceTimersByTimeAsync(10);
    tokens.of("ab");
    await vi.advanceTimersByTimeAsync(10);
    answers[1]?.(22);
    answers[0]?.(11);
    await vi.advanceTimersByTimeAsync(0);
    expect(tokens.tokens).toBe(22);
  });

  it("keeps the last count when counting fails, and stops when asked to", async () => {
    const count = vi.fn(async () => Promise.reject(new Error("no")));
    const tokens = new TokenCount(7, count, 10);
    tokens.of("a");
    await vi.advanceTimersByTimeAsync(20);
    expect(tokens.tokens).toBe(7);
    tokens.of("ab");
    tokens.stop();
    await vi.advanceTimersByTimeAsync(50);
    expect(count).toHaveBeenCalledTimes(1);
  });
});

describe("notes and paraphrases being written", () => {
  const going: Preparing = { at: "going", kind: "brief", done: 0, refused: 0, pieces: 0, secondsLeft: null, text: "", refusal: false, stopping: false };

  it("counts piece by piece and ends with what came of it", () => {
    const one = applyPrepareEvent(applyPrepareEvent(going, { event: "started", pieces: 18 }), { event: "piece", done: 3, refused: 1, pieces: 18, seconds_left: 60, text: "notes" });
    expect(one).toMatchObject({ done: 3, refused: 1, pieces: 18, secondsLeft: 60, refusal: true });
    const next = applyPrepareEvent(one, { event: "piece", done: 4, refused: 1, pieces: 18, seconds_left: 50, text: "notes" });
    expect(next).toMatchObject({ done: 4, refusal: false });
    expect(applyPrepareEvent(one, { event: "done", done: 3, refused: 1, stopped: true })).toEqual({ at: "over", kind: "brief", done: 3, refused: 1, stopped: true });
  });

  it("hears nothing after its end", () => {
    const over = applyPrepareEvent(going, { event: "done", done: 0, refused: 0, stopped: false });
    expect(applyPrepareEvent(over, { event: "started", pieces: 4 })).toBe(over);
  });
});
