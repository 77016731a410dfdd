import { describe, expect, it, vi } from "vitest";
import type { RunDetail } from "../ipc/bindings";
import { atMostEvery } from "../lib/later";
import { Pages } from "./pages.svelte";
import { Resource } from "./resource.svelte";
import { interfaceSize, resolveTheme } from "./settings.svelte";
import { applyRunEvent } from "./training.svelte";
import { applyWriteEvent, promptFor, type Suggestion } from "./writing.svelte";

describe("theme and text size", () => {
  it.each([
    ["system", true, "dark"], ["system", false, "light"], ["light", true, "light"], ["dark", false, "dark"],
  ] as const)("%s on a system that is dark: %s", (theme, dark, resolved) => expect(resolveTheme(theme, dark)).toBe(resolved));

  it("lets the interface follow the text, at half the pace and within bounds", () => {
    expect([14, 17, 20, 22].map(interfaceSize)).toEqual([14.5, 16, 17.5, 18.5]);
    expect(interfaceSize(60)).toBe(19);
  });
});

describe("a suggestion", () => {
  const fresh: Suggestion = { id: 1, prompt: promptFor(" The bell "), text: "", state: { at: "waiting", reason: "" } };
  const done = { event: "done", text: "It rang.", finish: "length", tokens: 3, tokens_per_second: 20, version: "v2", seed: 7, sentence: "" } as const;

  it("asks as the model was trained to be asked", () => expect(fresh.prompt).toBe("Write a blog post titled 'The bell':"));

  it("grows token by token and ends with the text as sent", () => {
    const streaming = [" It", " ra"].reduce((now, text) => applyWriteEvent(now, { event: "token", text }), fresh);
    expect(streaming).toMatchObject({ text: " It ra", state: { at: "streaming" } });
    expect(applyWriteEvent(streaming, done)).toMatchObject({ text: "It rang.", state: { at: "done", finish: "length", version: "v2" } });
  });

  it("takes no token after its end", () => {
    const ended = applyWriteEvent(fresh, done);
    expect(applyWriteEvent(ended, { event: "token", text: " more" })).toBe(ended);
  });
});

describe("watching a run", () => {
  const detail = { run: { id: 3, step: 1 }, train: [{ step: 1, loss: 4 }], held_out: [] } as unknown as RunDetail;

  it("begins with the snapshot and adds the tail", () => {
    const now = applyRunEvent(applyRunEvent(null, { event: "snapshot", detail }), { event: "step", point: { step: 2, loss: 3.9, tokens: 900 } });
    expect(now?.train).toHaveLength(2);
    expect(applyRunEvent(now, { event: "held_out", point: { step: 2, loss: 3.95 } })?.held_out).toHaveLength(1);
  });

  it("draws nothing before the snapshot", () => {
    expect(applyRunEvent(null, { event: "step", point: { step: 1, loss: 4, tokens: 900 } })).toBeNull();
  });
});

describe("a resource", () => {
  it("drops an answer overtaken by a newer question", async () => {
    const answers: ((n: number) => void)[] = [];
    const resource = new Resource(() => new Promise<number>((resolve) => answers.push(resolve)));
    const first = resource.refresh();
    const second = resource.refresh();
    answers[1]?.(2);
    answers[0]?.(1);
    await Promise.all([first, second]);
    expect(resource.data).toBe(2);
  });

  it("tells a failure as an AppError and loads again after it", async () => {
    let broken = true;
    const resource = new Resource(async () => {
      if (broken) throw new Error("no");
      return 1;
    });
    await resource.refresh();
    expect(resource.load).toMatchObject({ at: "failed", error: { code: "internal" } });
    broken = false;
    await resource.refresh();
    expect(resource.data).toBe(1);
  });
});

describe("a list in pages", () => {
  it("is as long after a refresh as before, however few rows come at a time", async () => {
    const rows = Array.from({ length: 9 }, (_, id) => ({ id }));
    const pages = new Pages(async (cursor, limit) => {
      const from = Number(cursor ?? 0);
      const to = from + Math.min(limit, 4);
      return { items: rows.slice(from, to), next: to < rows.length ? String(to) : null, total: rows.length };
    }, 4);
    await pages.refresh();
    await pages.more();
    expect(pages.items).toHaveLength(8);
    await pages.refresh();
    expect(pages.items.map((row) => row.id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await pages.refresh(false);
    expect(pages.items).toHaveLength(4);
  });
});

describe("a flurry that goes on", () => {
  it("is answered now and then while it lasts", () => {
    vi.useFakeTimers();
    const act = vi.fn();
    const soon = atMostEvery(act, 1000);
    for (let i = 0; i < 10; i += 1) {
      soon();
      vi.advanceTimersByTime(300);
    }
    expect(act).toHaveBeenCalledTimes(2);
    soon.cancel();
    vi.advanceTimersByTime(5000);
    expect(act).toHaveBeenCalledTimes(2);
    vi.useRealTimers();
  });
});
