// The views against a mocked Rust: what a key or a press asks of it, and what is shown for the answer.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Example, ExampleSummary, Page } from "../ipc/bindings";
import { blog } from "../state/blog.svelte";
import { drafts } from "../state/drafts.svelte";
import { examples } from "../state/examples.svelte";
import { importing } from "../state/importing.svelte";
import ExamplesView from "./examples/ExamplesView.svelte";
import FirstRun from "./blog/FirstRun.svelte";
import KeySection from "./settings/KeySection.svelte";

type Answer = (args: never) => unknown;
const asked: { name: string; args: Record<string, unknown> }[] = [];
let shown: Record<string, unknown> | undefined;

function rust(answers: Record<string, Answer>) {
  mockIPC((name, args) => {
    asked.push({ name, args: args as Record<string, unknown> });
    return answers[name]?.(args as never) ?? null;
  });
}

function show(view: Component) {
  shown = mount(view, { target: document.body });
  flushSync();
}

const find = <E extends HTMLElement = HTMLElement>(id: string) => document.querySelector<E>(`[data-testid="${id}"]`);
const askedFor = (name: string) => asked.filter((a) => a.name === name).map((a) => a.args);
const settle = async () => {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  flushSync();
};

beforeEach(() => void asked.splice(0));
afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.replaceChildren();
  clearMocks();
});

const example = (id: number): Example => ({
  id, post: 1, post_title: "A post", kind: "instruction", prompt: `Prompt ${id}`, completion: `Text ${id}`, tokens: 10,
  status: "flagged", edited: false, held_out: false, flags: [{ code: "too_short", reason: "It is short." }],
});
const summary: ExampleSummary = {
  preset: "voice", kinds: [{ kind: "instruction", enabled: true, examples: 3, tokens: 30, sentence: "" }], kept: 0, dropped: 0, flagged: 3,
  held_out_posts: 2, training_posts: 3, tokens_per_epoch: 30, exposure: 1, can_undo: "Leaving out “A post”",
};

describe("triage by keyboard", () => {
  const list: Page<Example> = { items: [example(1), example(2), example(3)], next: null, total: 3 };

  beforeEach(async () => {
    rust({ example_summary: () => summary, list_examples: () => list, set_examples_status: () => summary, undo_examples: () => summary });
    blog.summary.set({ sources: [], posts: 3, words: 30, held_out: 2 });
    await examples.refresh();
    examples.at = 0;
    examples.mode = "one";
    show(ExamplesView);
  });

  const press = async (key: string) => {
    window.dispatchEvent(new KeyboardEvent("keydown", { key, cancelable: true, bubbles: true }));
    await settle();
  };

  it("keeps, leaves out and goes on to the next", async () => {
    await press("k");
    expect(askedFor("set_examples_status")).toEqual([{ ids: [1], status: "kept" }]);
    expect(document.body.textContent).toContain("Prompt 2");
    await press("D");
    expect(askedFor("set_examples_status").at(-1)).toEqual({ ids: [2], status: "dropped" });
    expect(document.body.textContent).toContain("Prompt 3");
  });

  it("moves with the arrows and stays inside", async () => {
    await press("ArrowLeft");
    expect(document.body.textContent).toContain("Prompt 1");
    await press("ArrowRight");
    expect(document.body.textContent).toContain("Prompt 2");
  });

  it("with only what is left to look at, the next one moves up", async () => {
    examples.status = "flagged";
    await press("k");
    await press("k");
    expect(askedFor("set_examples_status").map((args) => args["ids"])).toEqual([[1], [2]]);
    await press("d");
    expect(document.body.textContent).toContain("Nothing left to look at");
    examples.status = "all";
  });

  it("undoes", async () => {
    await press("u");
    expect(askedFor("undo_examples")).toHaveLength(1);
  });

  it("opens the editor with E, and then letters are only letters", async () => {
    await press("e");
    expect(find<HTMLTextAreaElement>("edit-completion")?.value).toBe("Text 1");
    await press("d");
    expect(askedFor("set_examples_status")).toEqual([]);
  });
});

describe("the first run", () => {
  it("shows the error where it failed, with what to do, and keeps the address", async () => {
    rust({
      import_blog: () => {
        throw { code: "no_feed_found", message: "There is no feed at a.example.", hint: "Choose a file.", detail: null };
      },
      blog_summary: () => ({ sources: [], posts: 0, words: 0, held_out: 0 }),
      list_posts: () => ({ items: [], next: null, total: 0 }),
      choose_posts_file: () => null,
    });
    show(FirstRun);
    const field = find<HTMLInputElement>("first-run-address");
    if (field) field.value = "a.example";
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    find<HTMLButtonElement>("first-run-import")?.form?.requestSubmit();
    await settle();
    expect(askedFor("import_blog")[0]).toMatchObject({ source: "a.example" });
    expect(find("error-note")?.textContent).toContain("There is no feed at a.example.");
    find("error-note")?.querySelector("button")?.click();
    await settle();
    expect(askedFor("choose_posts_file")).toHaveLength(1);
    importing.dismiss();
  });
});

describe("the Tinker key", () => {
  it("goes in once and leaves nothing behind in the window", async () => {
    rust({ key_status: () => "missing", set_key: () => "set" });
    show(KeySection);
    await settle();
    const field = find<HTMLInputElement>("key-field");
    if (field) field.value = "tml-secret";
    field?.dispatchEvent(new Event("input", { bubbles: true }));
    flushSync();
    field?.form?.requestSubmit();
    await settle();
    expect(askedFor("set_key")).toEqual([{ key: "tml-secret" }]);
    expect(find("key-status")?.dataset["status"]).toBe("set");
    expect(find<HTMLInputElement>("key-field")?.value).toBe("");
    expect(document.body.innerHTML).not.toContain("tml-secret");
  });
});

describe("a draft changed in another window", () => {
  it("keeps both texts: ours becomes a new draft", async () => {
    const stored = { id: 1, title: "Bell", body: "Old.", revision: 1, updated_at: "2026-11-20T09:00:00Z" };
    rust({
      get_draft: () => stored,
      save_draft: ({ id, body }: { id: number; body: string }) => {
        if (id === 1) throw { code: "changed_elsewhere", message: "It was changed.", hint: null, detail: null };
        return { ...stored, id, body, revision: 2 };
      },
      create_draft: () => ({ ...stored, id: 2, body: "", revision: 1 }),
      list_drafts: () => [],
    });
    await drafts.openDraft(1);
    drafts.edit({ body: "Old. And mine." });
    await drafts.flush();
    await vi.waitFor(() => expect(drafts.open).toMatchObject({ at: "open", draft: { id: 2 } }));
    expect(askedFor("save_draft").at(-1)).toMatchObject({ id: 2, body: "Old. And mine.", revision: 1 });
    expect(drafts.body).toBe("Old. And mine.");
  });
});
