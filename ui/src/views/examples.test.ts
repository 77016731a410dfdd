// The Examples view against a mocked Rust: what a key or a press asks of it, and what is shown for the answer.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { flushSync, mount, unmount } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CheckCount, Example, ExampleQuery, ExampleSummary } from "../ipc/bindings";
import { noFilters, rowOf } from "../lib/filters";
import { blog } from "../state/blog.svelte";
import { confirm } from "../state/confirm.svelte";
import { examples } from "../state/examples.svelte";
import { triage } from "../state/triage.svelte";
import ExamplesView from "./examples/ExamplesView.svelte";

type Answer = (args: never) => unknown;
const asked: { name: string; args: Record<string, unknown> }[] = [];
let shown: Record<string, unknown> | undefined;
let all: Example[] = [];
let summary: ExampleSummary;

const made = (id: number, status: Example["status"]): Example => ({
  id, post: 1, post_title: "A post", kind: "instruction", prompt: `Prompt ${id}`, completion: `Text ${id}`, made_prompt: `Prompt ${id}`, made_completion: `Text ${id}`,
  template: "by-title", part: null, source: null, tokens: 10, status, edited: false, held_out: false, flags: [{ code: "too_short", reason: "It is short." }],
});
const check = (examplesFound: number): CheckCount => ({ code: "too_short", title: "Very short", sentence: "Under 200 characters.", holds: true, examples: examplesFound, waiting: examplesFound, posts: 1 });

function rust(more: Record<string, Answer> = {}) {
  const answers: Record<string, Answer> = {
    example_summary: () => summary,
    list_examples: ({ query }: { query: ExampleQuery }) => {
      const found = all.filter((e) => query.status === null || e.status === query.status);
      const from = Number(query.cursor ?? 0);
      return { items: found.slice(from, from + (query.limit ?? 100)).map(rowOf), next: null, total: found.length };
    },
    get_example: ({ id }: { id: number }) => all.find((e) => e.id === id),
    set_examples_status: ({ ids, status }: { ids: number[]; status: Example["status"] }) => {
      all = all.map((e) => (ids.includes(e.id) ? { ...e, status } : e));
      return summary;
    },
    decide_examples: () => summary,
    undo_examples: () => summary,
    ...more,
  };
  mockIPC((name, args) => {
    asked.push({ name, args: args as Record<string, unknown> });
    return answers[name]?.(args as never) ?? null;
  });
}

const find = <E extends HTMLElement = HTMLElement>(id: string) => document.querySelector<E>(`[data-testid="${id}"]`);
const askedFor = (name: string) => asked.filter((a) => a.name === name).map((a) => a.args);
const text = () => document.body.textContent ?? "";
const settle = async () => {
  for (let i = 0; i < 8; i += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  flushSync();
};
const press = async (key: string) => {
  window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true }));
  await settle();
};

beforeEach(async () => {
  asked.splice(0);
  all = [made(1, "flagged"), made(2, "flagged"), made(3, "flagged")];
  summary = {
    preset: "voice", preset_title: "Voice", kinds: [{ kind: "instruction", enabled: true, examples: 3, tokens: 30, sentence: "", needs: null }],
    kept: 0, dropped: 0, flagged: 3, held_out_posts: 2, training_posts: 3, tokens_per_epoch: 30, exposure: 1, can_undo: "Leaving out “A post”",
    checks: [check(3), { ...check(0), code: "duplicate", title: "Same as another" }], imported: [], triage_at: null, held_out_sentence: "The newest two are kept aside.",
  };
  rust();
  blog.summary.set({ sources: [], posts: 3, words: 30, held_out: 2 });
  examples.tab = "list";
  examples.mode = "list";
  examples.filters = noFilters;
  examples.at = 0;
  await examples.refresh();
  shown = mount(ExamplesView, { target: document.body });
  await settle();
});
afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.replaceChildren();
  clearMocks();
});

describe("triage by keyboard", () => {
  const start = async () => {
    triage.queue = { ids: [], decided: new Map(), at: 0 };
    find("triage")?.click();
    await settle();
  };

  it("keeps, leaves out and goes on to the next, and remembers where it stands", async () => {
    await start();
    await press("k");
    expect(askedFor("set_examples_status")).toEqual([{ ids: [1], status: "kept" }]);
    expect(text()).toContain("Prompt 2");
    expect(text()).toContain("1 of 3 decided");
    await press("D");
    expect(askedFor("set_examples_status").at(-1)).toEqual({ ids: [2], status: "dropped" });
    expect(text()).toContain("Prompt 3");
    expect(askedFor("remember_triage")).toEqual([{ id: 2 }, { id: 3 }]);
  });

  it("skips without deciding, comes back to what was skipped, and says when all is done", async () => {
    await start();
    await press("s");
    expect(text()).toContain("Prompt 2");
    await press("k");
    await press("k");
    expect(text()).toContain("Prompt 1");
    expect(askedFor("set_examples_status")).toHaveLength(2);
    await press("k");
    expect(find("triage-done")?.textContent).toContain("All 3 examples");
    expect(askedFor("remember_triage").at(-1)).toEqual({ id: null });
    expect(find<HTMLButtonElement>("undo")?.disabled).toBe(false);
  });

  it("resumes where it stopped", async () => {
    summary = { ...summary, triage_at: 3 };
    await examples.summary.refresh();
    await start();
    expect(text()).toContain("Prompt 3");
    expect(text()).toContain("Here you stopped last time.");
  });

  it("undoes the last decision and stands on it again", async () => {
    await start();
    await press("k");
    all = all.map((e) => ({ ...e, status: "flagged" }));
    await press("u");
    expect(askedFor("undo_examples")).toHaveLength(1);
    expect(text()).toContain("Prompt 1");
    expect(text()).toContain("0 of 3 decided");
  });

  it("takes a decision back that could not be written", async () => {
    await start();
    rust({
      set_examples_status: () => {
        throw { code: "database_busy", message: "Busy.", hint: null, detail: null };
      },
    });
    await press("k");
    expect(text()).toContain("0 of 3 decided");
    expect(text()).toContain("Prompt 1");
  });

  it("opens the editor with E, and then letters are only letters", async () => {
    await start();
    await press("e");
    expect(find<HTMLTextAreaElement>("edit-completion")?.value).toBe("Text 1");
    await press("d");
    expect(askedFor("set_examples_status")).toEqual([]);
  });

  it("compares with V, struck where only the post has it", async () => {
    rust({ diff_example: () => [{ side: "same", text: "Both. " }, { side: "only_post", text: "Gone." }, { side: "only_example", text: "New." }] });
    await start();
    await press("v");
    expect(document.querySelector("del")?.textContent).toContain("Gone.");
    expect(document.querySelector("ins")?.textContent).toContain("New.");
    await press("v");
    expect(find("diff")).toBeNull();
  });
});

describe("the list", () => {
  it("decides the chosen row and goes on to the next", async () => {
    await press("k");
    await press("d");
    expect(askedFor("set_examples_status").map((args) => args["ids"])).toEqual([[1], [2]]);
    expect(document.querySelectorAll('[data-testid="example-row"]')).toHaveLength(3);
  });

  it("with only what is left to look at, the next one moves up", async () => {
    find("filter-flagged")?.click();
    await settle();
    for (const key of ["k", "k", "d"]) await press(key);
    expect(askedFor("set_examples_status").map((args) => args["ids"])).toEqual([[1], [2], [3]]);
    expect(text()).toContain("Nothing left to look at");
  });

  it("decides all that the filters find, and asks first when they are many", async () => {
    find("filter-flagged")?.click();
    await settle();
    find("drop-found")?.click();
    await settle();
    expect(askedFor("decide_examples")).toEqual([{ query: expect.objectContaining({ status: "flagged", cursor: null, limit: null }), status: "dropped" }]);

    all = Array.from({ length: 214 }, (_, i) => made(i + 1, "flagged"));
    await examples.refresh();
    await settle();
    expect(find("keep-found")?.textContent).toContain("Keep these 214");
    find("keep-found")?.click();
    await settle();
    expect(askedFor("decide_examples")).toHaveLength(1);
    confirm.open?.answer(true);
    await settle();
    expect(askedFor("decide_examples")).toHaveLength(2);
  });
});

describe("editing while posts come in", () => {
  it("keeps what is typed, though another example takes its place in the list", async () => {
    examples.open(1);
    await settle();
    await press("e");
    const area = find<HTMLTextAreaElement>("edit-completion");
    if (area) area.value = "Half a thought";
    area?.dispatchEvent(new Event("input", { bubbles: true }));
    all = [made(9, "kept"), made(8, "kept"), ...all];
    await examples.refresh();
    await settle();
    expect(find<HTMLTextAreaElement>("edit-completion")?.value).toBe("Half a thought");
    expect(find<HTMLTextAreaElement>("edit-prompt")?.value).toBe("Prompt 2");
  });
});

describe("checks", () => {
  it("decides all that one found, filters by it, and holds or lets go", async () => {
    rust({ set_check_holds: () => summary });
    find("check-keep")?.click();
    await settle();
    expect(askedFor("decide_examples")[0]).toMatchObject({ query: { flag: "too_short", status: "flagged" }, status: "kept" });
    find("check-too_short")?.querySelector("button")?.click();
    await settle();
    expect(examples.filters.flag).toBe("too_short");
    expect(text()).toContain("Under 200 characters.");
    find<HTMLInputElement>("check-holds")?.click();
    await settle();
    expect(askedFor("set_check_holds")).toEqual([{ code: "too_short", holds: false }]);
  });

  it("folds away those that found nothing", () => {
    expect(find("checks-nothing")?.querySelector("summary")?.textContent).toBe("1 check found nothing");
    expect(find("checks-nothing")?.textContent).toContain("Same as another");
  });
});
