// The views against a mocked Rust: what a key or a press asks of it, and what is shown for the answer.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { drafts } from "../state/drafts.svelte";
import { importing } from "../state/importing.svelte";
import FirstRun from "./blog/FirstRun.svelte";
import KeySection from "./settings/KeySection.svelte";
import Suggest from "./write/Suggest.svelte";

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

describe("asking for text", () => {
  it("offers prompts out of the author's posts, and puts the one that is pressed into the field", async () => {
    rust({
      starter_prompts: () => [{ prompt: "Write a blog post about harbour cranes", why: "It comes up in 2 of your posts." }],
      write_text: () => null,
    });
    drafts.title = "";
    shown = mount(Suggest, { target: document.body, props: { oninsert: () => undefined } });
    await settle();
    find("starter")?.click();
    flushSync();
    expect(find<HTMLTextAreaElement>("write-prompt")?.value).toBe("Write a blog post about harbour cranes");
    expect(find("starters")).toBeNull();
    expect(askedFor("write_text")).toEqual([]);
  });
});
