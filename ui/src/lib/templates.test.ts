import { describe, expect, it } from "vitest";
import type { Preset, Template } from "../ipc/bindings";
import { byKind, changeTemplate, insertAt, madeTemplate, mannerWords, placeholdersOf, sameWords } from "./templates";

const template = (id: string, kind: Template["kind"] = "completion"): Template => ({ id, kind, prompt: `Write ${id}:`, lead_prompt: null, gives: "whole", on: true });
const preset = (name: string, built_in: boolean, templates: Template[]): Preset => ({
  name, title: name, built_in, sentence: "", order: "once_per_post", kinds: ["completion"], templates, holds: [],
  training: { epochs: 3, learning_rate: 2e-4, batch_size: 4, rank: 16, alpha: 32, manner: { separator: "blank_line", end_mark: true, decay: "linear", max_grad_norm: 1 } },
});

describe("placeholders", () => {
  it("puts a kind's own first, and offers none of another kind", () => {
    expect(placeholdersOf("brief")[0]?.name).toBe("{notes}");
    expect(placeholdersOf("completion").map((p) => p.name)).not.toContain("{plain}");
  });
  it("goes where the cursor is", () => {
    expect(insertAt("Write about:", 11, 11, " {title}")).toEqual({ text: "Write about {title}:", caret: 19 });
    expect(insertAt("Write THIS now", 6, 10, "{title}")).toEqual({ text: "Write {title} now", caret: 13 });
  });
});

describe("a preset's templates", () => {
  it("changes one and leaves the others and the preset given as they were", () => {
    const before = preset("own", false, [template("a"), template("b")]);
    const now = changeTemplate(before, "b", { prompt: "Tell me:" });
    expect(now.templates.map((t) => t.prompt)).toEqual(["Write a:", "Tell me:"]);
    expect(before.templates[1]?.prompt).toBe("Write b:");
  });
  it("knows how a template came with the app, whatever the author's copies say", () => {
    const own = changeTemplate(preset("own", false, [template("a")]), "a", { prompt: "Mine" });
    const made = madeTemplate([own, preset("voice", true, [template("a")])], "a");
    expect(made?.prompt).toBe("Write a:");
    expect(made && sameWords(made, own.templates[0] as Template)).toBe(false);
    expect(madeTemplate([own], "a")).toBeNull();
  });
  it("groups them by kind in their order", () => {
    expect(byKind([template("a"), template("b", "brief"), template("c")]).map(([kind, list]) => [kind, list.length])).toEqual([["completion", 2], ["brief", 1]]);
  });
  it("says in words how it is learned from", () => {
    const words = mannerWords(preset("voice", true, []));
    expect(words.join(" ")).toMatch(/every post is learned from once.*3 times, 4 at a time.*end mark/);
  });
});
