import { describe, expect, it } from "vitest";
import type { PostLoss } from "../ipc/bindings";
import { insertion } from "./insertion";
import { markHabit } from "./portrait";
import { isTiny, verdict } from "./verdict";

const posts = (better: number, of: number): PostLoss[] =>
  Array.from({ length: of }, (_, i) => ({ post: i, title: `${i}`, base: 4, tuned: i < better ? 3.8 : 4.1, tokens: 500, bytes: 2100 }));

describe("the verdict on a run", () => {
  it("says it cannot be sure below six posts, even when all are better", () => {
    expect(verdict(posts(5, 5))).toMatch(/all of your 5 held-out posts.*too few posts to be sure/);
  });
  it("says it plainly from six on", () => {
    expect(verdict(posts(6, 6))).not.toMatch(/too few/);
    expect(verdict(posts(5, 7))).toMatch(/It came closer to you/);
    expect(verdict(posts(4, 8))).toMatch(/not clear/);
    expect(verdict(posts(1, 8))).toMatch(/did not come closer/);
  });
  it("has nothing to say without held-out posts", () => expect(verdict([])).toMatch(/No posts were held out/));
});

describe("a tiny model", () => {
  it.each([
    [{ parameters: 135e6, bytes: 98e6 }, true],
    [{ parameters: 600e6, bytes: 300e6 }, false],
    [{ parameters: 0, bytes: 98e6 }, true],
    [{ parameters: 0, bytes: 4e9 }, false],
  ])("%j", (model, tiny) => expect(isTiny(model)).toBe(tiny));
});

describe("the habit of marks", () => {
  const mark = (name: string, per_thousand: number, others: number | null) => ({ mark: "", name, per_thousand, others });
  it("names the mark furthest from others, either way", () => {
    expect(markHabit([mark("comma", 60, 58), mark("semicolon", 6, 1.5)])).toBe("Four times as many semicolons as others use.");
    expect(markHabit([mark("comma", 60, 58), mark("em dash", 0.4, 4)])).toBe("Far fewer em dashes than others use.");
    expect(markHabit([mark("semicolon", 6, 1.5), mark("em dash", 0.4, 4)])).toBe("Four times as many semicolons as others use, and far fewer em dashes.");
  });
  it("is silent when nothing stands out or nothing can be compared", () => {
    expect(markHabit([mark("comma", 60, 58)])).toBeNull();
    expect(markHabit([mark("comma", 60, null)])).toBeNull();
    expect(markHabit([mark("exclamation mark", 0.1, 1.9)])).toBeNull();
  });
});

describe("inserting a suggestion", () => {
  it.each([
    ["", "", "New."],
    ["Old.", "", "\n\nNew."],
    ["Old.\n", "", "\nNew."],
    ["Old.\n\n", "", "New."],
    ["Old.", "After.", "\n\nNew.\n\n"],
    ["Old.\n\n", "\n\nAfter.", "New."],
  ])("between %j and %j", (before, after, inserted) => expect(insertion(before, after, "  New.\n")).toBe(inserted));
  it("inserts nothing for nothing", () => expect(insertion("Old.", "", " \n ")).toBe(""));
});
