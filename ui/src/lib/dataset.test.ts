import { describe, expect, it } from "vitest";
import { duplicatesSentence, everyMonth, exposureSentence, heap, lengthsSentence, limitAt, monthName, monthsSentence, standOut, ticksTo } from "./dataset";

const month = (name: string, posts: number) => ({ month: name, posts, words: posts * 500, held_out: 0 });

describe("posts over time", () => {
  it("shows a silence as one", () => {
    const all = everyMonth([month("2025-11", 2), month("2026-02", 1)]);
    expect(all.map((m) => [m.month, m.posts])).toEqual([["2025-11", 2], ["2025-12", 0], ["2026-01", 0], ["2026-02", 1]]);
    expect(monthsSentence(all)).toBe("Most in November 2025, with 2 posts; 2 months without one.");
    expect(everyMonth([])).toEqual([]);
    expect(monthName("2026-03")).toBe("March 2026");
  });
});

describe("lengths", () => {
  const lengths = [{ from: 0, to: 499, examples: 5 }, { from: 500, to: 999, examples: 3 }, { from: 1_000, to: null, examples: 2 }];
  it("marks the model's limit where it falls", () => {
    expect(limitAt(lengths, 750)).toBeCloseTo(1.5);
    expect(limitAt(lengths, 2_048)).toBe(2);
    expect(limitAt(lengths, null)).toBeNull();
  });
  it("says how many are longer, in tokens only", () => {
    expect(lengthsSentence(lengths, "tokens", 999)).toMatch(/; 2 examples are longer/);
    expect(lengthsSentence(lengths, "tokens", 700)).toMatch(/at least 2 examples are longer/);
    expect(lengthsSentence(lengths, "tokens", 4_000)).toMatch(/nearly every example fits/);
    expect(lengthsSentence(lengths.slice(0, 2), "tokens", 999)).toMatch(/; every example fits/);
    expect(lengthsSentence(lengths, "words", null)).toMatch(/in words/);
  });
});

describe("exposure", () => {
  const post = (title: string, exposure: number, held_out = false) => ({ post: 1, title, exposure, held_out });
  it("names posts that come more often, and no held-out one", () => {
    const all = [post("a", 1), post("b", 2.4), post("c", 3), post("held", 9, true)];
    expect(standOut(all).map((e) => e.title)).toEqual(["c", "b"]);
    expect(exposureSentence(all)).toMatch(/2.1 times.*2 posts come more often/);
    expect(exposureSentence([post("a", 1), post("b", 1.01)])).toMatch(/about once per pass/);
  });
});

describe("a heap", () => {
  it("puts what falls on the same place on top", () => {
    expect(heap([0, 1, 7, 20, 8], 7)).toEqual([
      { column: 0, level: 0 }, { column: 0, level: 1 }, { column: 1, level: 0 }, { column: 3, level: 0 }, { column: 1, level: 1 },
    ]);
  });
});

describe("duplicates", () => {
  const pair = (same_side: boolean) => ({ a: "A", b: "B", share: 0.4, same_side });
  it("says when a pair lies across the line", () => {
    expect(duplicatesSentence([])).toBe("No two posts share much text.");
    expect(duplicatesSentence([pair(true)])).toMatch(/^One pair of posts shares text, none across/);
    expect(duplicatesSentence([pair(true), pair(false)])).toMatch(/one pair has a part that is learned/);
  });
});

describe("an axis", () => {
  it("has round numbers inside it", () => {
    expect(ticksTo(10)).toEqual([5, 10]);
    expect(ticksTo(2)).toEqual([1, 2]);
    expect(ticksTo(16_412)).toEqual([5_000, 10_000, 15_000]);
    expect(ticksTo(0)).toEqual([]);
  });
});
