import { describe, expect, it } from "vitest";
import { diffSentence, rowsOf } from "./diff";

describe("two texts side by side", () => {
  it("cuts rows at the paragraphs both share", () => {
    const rows = rowsOf([{ side: "same", text: "One.\n\nTwo " }, { side: "only_post", text: "old" }, { side: "only_example", text: "new" }, { side: "same", text: " end.\n\nThree." }]);
    expect(rows).toHaveLength(3);
    expect(rows[1]?.post).toEqual([{ text: "Two ", only: false }, { text: "old", only: true }, { text: " end.", only: false }]);
    expect(rows[1]?.example.map((p) => p.text).join("")).toBe("Two new end.");
  });

  it("loses no word of either side", () => {
    const parts = [{ side: "only_post", text: "A\n\nB\n\n" }, { side: "same", text: "C\n\n\nD" }, { side: "only_example", text: " e" }] as const;
    const rows = rowsOf(parts);
    const text = (side: "post" | "example") => rows.flatMap((row) => row[side].map((p) => p.text)).join(" ").replace(/\s+/g, " ");
    expect(text("post").trim()).toBe("A B C D");
    expect(text("example").trim()).toBe("C D e");
  });

  it("has no rows for nothing", () => expect(rowsOf([])).toEqual([]));

  it("says how much differs", () => {
    expect(diffSentence([{ side: "same", text: "all" }])).toMatch(/every word/);
    expect(diffSentence([{ side: "only_post", text: "two words" }])).toBe("2 words of the post are not in the example.");
    expect(diffSentence([{ side: "only_post", text: "word" }, { side: "only_example", text: "other" }])).toBe("1 word of the post is not in the example, and one of its own is not in the post.");
  });
});
