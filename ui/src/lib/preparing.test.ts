import { describe, expect, it } from "vitest";
import type { Preparation } from "../ipc/bindings";
import { cost, isPrepared, price, refusedSentence } from "./preparing";

const preparation = (part: Partial<Preparation>): Preparation => ({
  kind: "rewrite", model: "m", pieces: 96, done: 0, refused: 0, to_do: 96, minutes: 13, usd: null, sentence: "", ...part,
});

describe("what preparing costs", () => {
  it.each([
    [null, "local", "free on this computer"],
    [null, "tinker", "price unknown"],
    [0.004, "tinker", "less than $0.01"],
    [1.239, "tinker", "about $1.24"],
  ])("%s at %s: %s", (usd, engine, words) => expect(price(usd, { engine })).toBe(words));

  it("says pieces, minutes and price, and nothing that is not known", () => {
    expect(cost(preparation({}), { engine: "local" })).toBe("96 pieces to write · about 13 min · free on this computer");
    expect(cost(preparation({ to_do: 1, minutes: null }), undefined)).toBe("1 piece to write · price unknown");
  });
});

describe("preparing", () => {
  it("is for notes and paraphrases only", () => {
    expect((["brief", "rewrite", "completion", "imported"] as const).map(isPrepared)).toEqual([true, true, false, false]);
  });
  it("says why some were written in vain", () => {
    expect(refusedSentence("rewrite", 1)).toMatch(/^1 paraphrase could not be used: it changed the facts.*Nothing is learned from it\.$/);
    expect(refusedSentence("brief", 3)).toMatch(/^3 sets of notes could not be used: they/);
  });
});
