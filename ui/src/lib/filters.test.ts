import { describe, expect, it } from "vitest";
import type { CheckCount } from "../ipc/bindings";
import { foundNothing, sortChecks } from "./checks";
import { bulkWords, isNarrow, noFilters, queryOf, rowOf, stays } from "./filters";

describe("the question the filters ask", () => {
  it("asks for any place, or for all of them", () => {
    const filters = { ...noFilters, status: "flagged", flag: "too_short", heldOut: false, search: " bell " } as const;
    expect(queryOf(filters, 4_200, 100)).toMatchObject({ status: "flagged", flag: "too_short", held_out: false, search: "bell", cursor: "4200", limit: 100 });
    expect(queryOf({ ...noFilters, status: "kept" })).toMatchObject({ held_out: false, enabled: true });
    expect(queryOf({ ...noFilters, status: "flagged", kind: "question" })).toMatchObject({ held_out: null, enabled: null });
    expect(queryOf(noFilters)).toMatchObject({ enabled: null, status: null, flag: null, search: null, cursor: null, limit: null });
  });

  it("is narrow as soon as one thing is chosen", () => {
    expect(isNarrow(noFilters)).toBe(false);
    expect(isNarrow({ ...noFilters, search: "  " })).toBe(false);
    for (const part of [{ search: "x" }, { kind: "brief" }, { post: 3 }, { flag: "duplicate" }, { heldOut: true }, { status: "kept" }] as const) {
      expect(isNarrow({ ...noFilters, ...part })).toBe(true);
    }
  });

  it("knows what leaves the list with a decision", () => {
    expect(stays(noFilters, "kept")).toBe(true);
    expect(stays({ ...noFilters, status: "flagged" }, "kept")).toBe(false);
  });

  it("names how many a decision is about", () => {
    expect(bulkWords("kept", 214).button).toBe("Keep these 214");
    expect(bulkWords("dropped", 10_000).button).toBe("Leave these 10,000 out");
    expect(bulkWords("kept", 1).button).toBe("Keep this one");
  });

  it("shortens a whole example to its row", () => {
    const row = rowOf({ id: 1, post: 1, post_title: "A", kind: "brief", prompt: "p".repeat(300), completion: "c".repeat(400), tokens: 3, status: "kept", edited: false, held_out: false, flags: [] });
    expect([row.prompt.length, row.text.length, "completion" in row]).toEqual([200, 300, false]);
  });
});

describe("checks", () => {
  const check = (title: string, examples: number, waiting: number): CheckCount => ({ code: "too_short", title, sentence: "", holds: true, examples, waiting, posts: 1 });
  it("puts what waits first and folds away what found nothing", () => {
    const sorted = sortChecks([check("none", 0, 0), check("many, decided", 90, 0), check("waits", 4, 2), check("waits more", 9, 7)]);
    expect(sorted.found.map((c) => c.title)).toEqual(["waits more", "waits", "many, decided"]);
    expect(sorted.nothing.map((c) => c.title)).toEqual(["none"]);
  });
  it("says how many", () => expect([foundNothing(13), foundNothing(1)]).toEqual(["13 checks found nothing", "1 check found nothing"]));
});
