// Importing as the author sees it, against a mocked Rust: the archive that may take minutes, and what stayed away.
import { clearMocks, mockIPC } from "@tauri-apps/api/mocks";
import { flushSync, mount, unmount, type Component } from "svelte";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ImportEvent, ImportReport, PostState, Source } from "../ipc/bindings";
import { blog } from "../state/blog.svelte";
import { guide } from "../state/guide.svelte";
import { importing } from "../state/importing.svelte";
import FirstRun from "./blog/FirstRun.svelte";
import GuideDialog from "./blog/GuideDialog.svelte";
import ImportStrip from "./blog/ImportStrip.svelte";
import OlderPosts from "./blog/OlderPosts.svelte";
import RepeatedTab from "./blog/RepeatedTab.svelte";
import { standing } from "./blog/state-words";

type Answer = (args: never) => unknown;
const asked: { name: string; args: Record<string, unknown> }[] = [];
let shown: Record<string, unknown>[] = [];

const source: Source = {
  id: 1, kind: "feed", title: "A", address: "https://a.example/feed", checked_at: null, posts: 20, site_posts: null, waiting: 0, out_of_reach: 0, site: "https://a.example/",
};
const report: ImportReport = {
  source: 1, title: "A", posts: 1, new: 1, changed: 0, unchanged: 0, unpublished: 0, skipped: [], site_posts: 212, waiting: 0, interrupted: null, notes: [], message: "1 post imported.",
};

function rust(answers: Record<string, Answer>) {
  const basics: Record<string, Answer> = {
    blog_summary: () => ({ sources: [source], posts: 20, words: 200, held_out: 0 }),
    list_posts: () => ({ items: [], next: null, total: 0 }),
    list_repeated: () => [],
  };
  mockIPC((name, args) => {
    asked.push({ name, args: args as Record<string, unknown> });
    return (answers[name] ?? basics[name])?.(args as never) ?? null;
  });
}

function show(view: Component<Record<string, unknown>>, props: Record<string, unknown> = {}) {
  shown.push(mount(view, { target: document.body, props }));
  flushSync();
}

const find = <E extends HTMLElement = HTMLElement>(id: string) => document.querySelector<E>(`[data-testid="${id}"]`);
const page = () => document.body.textContent?.replace(/\s+/g, " ") ?? "";
const settle = async () => {
  for (let i = 0; i < 8; i += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  flushSync();
};
const press = async (id: string) => {
  find(id)?.click();
  await settle();
};

beforeEach(() => {
  asked.splice(0);
  blog.dismissed.clear();
});
afterEach(async () => {
  for (const view of shown) await unmount(view);
  shown = [];
  importing.dismiss();
  document.body.replaceChildren();
  clearMocks();
});

describe("an archive coming in", () => {
  let end: (report: ImportReport) => void;

  async function begin() {
    blog.summary.set({ sources: [], posts: 0, words: 0, held_out: 0 });
    rust({
      import_blog: ({ onEvent }: { onEvent: { onmessage(event: ImportEvent): void } }) => {
        const say = (event: ImportEvent) => onEvent.onmessage(event);
        say({ event: "found", title: "A", posts: 1, site_posts: null });
        say({ event: "post", id: 1, title: "One", words: 9, state: "included" });
        say({ event: "archive", left: 211, total: 212 });
        return new Promise<ImportReport>((resolve) => (end = resolve));
      },
      refresh_source: () => report,
    });
    show(FirstRun as Component);
    void importing.from("a.example");
    await settle();
  }

  it("says how many are here and how long the rest takes, and lets go of the window", async () => {
    await begin();
    expect(page()).toContain("1 post is here. 211 older ones are coming in, two a second: about 2 minutes.");
    expect(find("import-cancel")?.textContent).toContain("Stop here");
    await press("import-meanwhile");
    expect(importing.first).toBe(false);
    expect(importing.busy).toBe(true);
    end(report);
    await settle();
  });

  it("ends well when stopped, and goes on from there", async () => {
    await begin();
    await press("import-cancel");
    expect(asked.some((a) => a.name === "cancel_import")).toBe(true);
    end({ ...report, waiting: 211, message: "1 post imported. 211 posts of the archive are still to come." });
    await settle();
    expect(find("import-done")?.textContent).toContain("211 posts of the archive are still to come.");
    await press("import-go-on");
    expect(asked.find((a) => a.name === "refresh_source")?.args).toMatchObject({ id: 1 });
  });

  it("lets no second import begin", async () => {
    await begin();
    await importing.from("b.example");
    expect(asked.filter((a) => a.name === "import_blog")).toHaveLength(1);
    end(report);
    await settle();
  });
});

it("several dropped files are told as one", async () => {
  rust({ import_blog: ({ source }: { source: string }) => ({ ...report, title: source }) });
  await importing.dropped(["/a.zip", "/posts"]);
  show(ImportStrip as Component);
  expect(page()).toContain("/a.zip: 1 post imported. /posts: 1 post imported.");
});

it("an interrupted archive says why, what else is to be known, and can be gone on with", async () => {
  rust({ refresh_source: () => ({ ...report, waiting: 9, interrupted: "It asks us to slow down.", notes: ["Two posts name no date."] }) });
  await importing.refresh(source);
  show(ImportStrip as Component);
  show(OlderPosts as Component<Record<string, unknown>>, { sources: [{ ...source, waiting: 9 }] });
  expect(page()).toContain("It asks us to slow down.");
  expect(page()).toContain("Two posts name no date.");
  expect(document.querySelectorAll("[data-testid=older-go-on]"), "what waits is told once").toHaveLength(1);
});

describe("older posts", () => {
  it("that wait can be gone on with, or put away", async () => {
    rust({ refresh_source: () => report });
    show(OlderPosts as Component<Record<string, unknown>>, { sources: [{ ...source, posts: 69, waiting: 143, site_posts: 212 }] });
    expect(page()).toContain("143 of 212 posts are still to come.");
    await press("older-dismiss");
    expect(find("older-posts")).toBeNull();
  });

  it("out of reach are listed by reason, and lead to the guide", async () => {
    rust({ list_out_of_reach: () => [{ url: "https://a.example/p/one", reason: "For subscribers." }, { url: "https://a.example/p/two", reason: "For subscribers." }] });
    show(OlderPosts as Component<Record<string, unknown>>, { sources: [{ ...source, out_of_reach: 2 }] });
    expect(page()).toContain("2 posts stayed out of reach.");
    await press("older-why");
    expect(find("why")?.textContent?.replace(/\s+/g, " ")).toMatch(/For subscribers\. 2 .*\/p\/one/);
    await press("older-export");
    expect(guide.open).toBe(true);
    guide.close();
  });

  it("are not spoken of when all is here", () => {
    rust({});
    show(OlderPosts as Component<Record<string, unknown>>, { sources: [source] });
    expect(find("older-posts")).toBeNull();
  });
});

it("the guide opens the page it names and takes the file", async () => {
  rust({ choose_posts_file: () => null });
  guide.show({ ...source, site: "https://jo.substack.com/" });
  show(GuideDialog as Component);
  expect(page()).toContain("New export");
  [...document.querySelectorAll("button")].find((b) => b.textContent?.includes("publish/settings"))?.click();
  await settle();
  expect(asked.find((a) => a.name === "open_address")?.args).toEqual({ address: "https://jo.substack.com/publish/settings" });
  await press("guide-choose");
  expect(asked.some((a) => a.name === "choose_posts_file")).toBe(true);
  expect(guide.open).toBe(false);
});

it("a repeated paragraph can be kept", async () => {
  rust({});
  blog.repeated.set([{ id: 7, text: "Thanks for reading.", posts: 18, dropped: true }]);
  show(RepeatedTab as Component);
  expect(find("repeated-row")?.textContent).toMatch(/in 18 posts.*Left out of training/s);
  find("repeated-row")?.querySelector<HTMLInputElement>("input")?.click();
  await settle();
  expect(asked.find((a) => a.name === "set_repeated_dropped")?.args).toEqual({ id: 7, dropped: false });
  expect(find("repeated-row")?.textContent).toContain("Kept");
});

it("every state of a post has its word; held out is only what is used", () => {
  const words = Object.fromEntries(
    (["included", "excluded", "truncated", "changed", "draft", "page", "unpublished"] satisfies PostState[]).map((state) => [state, standing({ state, held_out: false }).word]),
  );
  expect(words).toEqual({ included: "in", excluded: "left out", truncated: "preview only", changed: "edited", draft: "draft", page: "page", unpublished: "gone" });
  expect(standing({ state: "unpublished", held_out: true }).word).toBe("gone");
});
