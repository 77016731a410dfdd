// Every command of the window, by name. The palette and nothing else reads this list.
import { commands, call } from "../ipc/call";
import { mod } from "../lib/keys";
import { attempt } from "../state/attempt";
import { blog } from "../state/blog.svelte";
import { drafts } from "../state/drafts.svelte";
import { examples } from "../state/examples.svelte";
import { imported } from "../state/imported.svelte";
import { guide } from "../state/guide.svelte";
import { importing } from "../state/importing.svelte";
import { route, viewNames, views } from "../state/route.svelte";
import { settings } from "../state/settings.svelte";
import { training } from "../state/training.svelte";

export type Item = { group: "Go to" | "Do" | "Posts" | "Drafts"; name: string; note?: string; do: () => void };

const to = (view: (typeof views)[number], act: () => void) => () => {
  route.go(view);
  act();
};

export function allItems(): Item[] {
  const run = training.active;
  const resumable = training.runs.data?.find((r) => r.resumable);
  const items: (Item | false)[] = [
    ...views.map((view, i): Item => ({ group: "Go to", name: viewNames[view], note: `${mod}${i + 1}`, do: () => route.go(view) })),
    { group: "Go to", name: "Portrait of your writing", do: () => blog.showPortrait() },
    { group: "Do", name: "New draft", do: to("write", () => void drafts.create()) },
    ...blog.feeds.map((source): Item => ({
      group: "Do", name: `Check ${source.title} for new posts`, do: to("blog", () => void importing.refresh(source)),
    })),
    { group: "Do", name: "Add posts from a file", do: to("blog", () => void importing.file()) },
    { group: "Do", name: "Add posts from a folder", do: to("blog", () => void importing.folder()) },
    { group: "Do", name: "Get your posts as a file", note: "how to export them", do: to("blog", () => guide.show()) },
    importing.busy && { group: "Do", name: "Stop reading the blog", do: () => void importing.cancel() },
    { group: "Do", name: "Look through the examples one by one", do: to("examples", () => void examples.triage()) },
    { group: "Go to", name: "Statistics of the examples", do: to("examples", () => (examples.tab = "statistics")) },
    { group: "Go to", name: "How the examples are made", note: "presets and prompts", do: to("examples", () => (examples.tab = "making")) },
    Boolean(examples.summary.data?.can_undo) && {
      group: "Do", name: "Undo the last decision on an example", note: examples.summary.data?.can_undo ?? "", do: to("examples", () => void examples.undo()),
    },
    { group: "Do", name: "Export examples as prompt and completion", do: () => void examples.export("prompt_completion") },
    { group: "Do", name: "Export examples as chat messages", do: () => void examples.export("messages") },
    { group: "Do", name: "Export examples as text", do: () => void examples.export("text") },
    { group: "Do", name: "Export examples as a table", note: "CSV", do: () => void examples.export("csv") },
    { group: "Do", name: "Import examples from a file", do: to("examples", () => imported.show()) },
    run === null && { group: "Do", name: "Train on this computer", do: to("train", () => void training.train()) },
    run !== null && { group: "Do", name: "Pause the training", do: () => void training.pause(run.id) },
    run === null && resumable !== undefined && { group: "Do", name: "Resume the training", do: to("train", () => void training.resume(resumable.id)) },
    (training.versions.data?.length ?? 0) > 1 && {
      group: "Do", name: "Go back to the version before", do: to("train", () => void attempt(call(commands.undoPromotion())).then(() => training.versions.refresh())),
    },
    { group: "Do", name: "Light theme", do: () => void settings.change({ theme: "light" }) },
    { group: "Do", name: "Dark theme", do: () => void settings.change({ theme: "dark" }) },
    { group: "Do", name: "Theme of the system", do: () => void settings.change({ theme: "system" }) },
    { group: "Do", name: "Larger text", do: () => void settings.change({ text_size: Math.min(22, settings.now.text_size + 1) }) },
    { group: "Do", name: "Smaller text", do: () => void settings.change({ text_size: Math.max(14, settings.now.text_size - 1) }) },
    { group: "Do", name: "Export everything", do: to("settings", () => void attempt(call(commands.exportEverything()))) },
  ];
  return items.filter((item) => item !== false);
}

export function draftItems(): Item[] {
  return (drafts.list.data ?? []).map((draft) => ({
    group: "Drafts", name: draft.title || "Untitled", do: to("write", () => void drafts.openDraft(draft.id)),
  }));
}

/** Posts whose text holds what was typed; asked from Rust, the newest few. */
export async function postItems(search: string): Promise<Item[]> {
  const page = await attempt(call(commands.listPosts({ search, cursor: null, limit: 5 })));
  return (page?.items ?? []).map((post) => ({ group: "Posts", name: post.title, note: "in your posts", do: () => blog.show(post.id) }));
}

/** Every word typed stands somewhere in the name. */
export function matching(items: Item[], typed: string): Item[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => words.every((word) => item.name.toLowerCase().includes(word)));
}
