// The drafts, and the one that is open.
import type { Draft } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { Autosave, type SaveState, type Text } from "../lib/autosave";
import { attempt } from "./attempt";
import { confirm } from "./confirm.svelte";
import { Resource } from "./resource.svelte";
import { toasts } from "./toasts.svelte";

export type Open = { at: "none" } | { at: "opening"; id: number } | { at: "open"; draft: Draft };

class Drafts {
  list = new Resource(() => call(commands.listDrafts()));
  open = $state.raw<Open>({ at: "none" });
  saved = $state.raw<SaveState>({ at: "saved" });
  /** What is in the editor; the editor writes it, the panel and preview read it. */
  title = $state("");
  body = $state("");
  #autosave: Autosave | null = null;

  async create(title = ""): Promise<void> {
    const draft = await attempt(call(commands.createDraft(title)));
    if (draft !== undefined) await this.#show(draft);
  }

  async openDraft(id: number): Promise<void> {
    if (this.open.at === "open" && this.open.draft.id === id) return;
    await this.flush();
    this.open = { at: "opening", id };
    const draft = await attempt(call(commands.getDraft(id)));
    if (draft === undefined) this.open = { at: "none" };
    else await this.#show(draft);
  }

  async close(): Promise<void> {
    await this.#autosave?.close();
    this.#autosave = null;
    this.open = { at: "none" };
    await this.list.refresh();
  }

  async remove(id: number, title: string): Promise<void> {
    const yes = await confirm.ask({
      title: `Delete “${title || "Untitled"}”?`, text: "The draft is removed from this computer. This cannot be undone.",
      yes: "Delete the draft", danger: true,
    });
    if (!yes) return;
    if (this.open.at === "open" && this.open.draft.id === id) {
      this.#autosave?.abandon();
      this.#autosave = null;
      this.open = { at: "none" };
    }
    await attempt(call(commands.deleteDraft(id)));
    await this.list.refresh();
  }

  edit(part: Partial<Text>): void {
    if (part.title !== undefined) this.title = part.title;
    if (part.body !== undefined) this.body = part.body;
    this.#autosave?.touch({ title: this.title, body: this.body });
  }

  async flush(): Promise<void> {
    await this.#autosave?.flush();
  }

  async #show(draft: Draft): Promise<void> {
    await this.#autosave?.close();
    this.title = draft.title;
    this.body = draft.body;
    this.saved = { at: "saved" };
    this.#autosave = new Autosave(draft.revision, {
      save: async (text, revision) => (await call(commands.saveDraft(draft.id, text.title, text.body, revision))).revision,
      conflict: (text) => this.#keepBoth(text),
      changed: (state) => (this.saved = state),
    });
    this.open = { at: "open", draft };
  }

  /** Another window saved this draft in between: its text stays, ours becomes a new draft. */
  async #keepBoth(text: Text): Promise<void> {
    try {
      const made = await call(commands.createDraft(text.title));
      const draft = await call(commands.saveDraft(made.id, text.title, text.body, made.revision));
      this.#autosave = null;
      await this.#show(draft);
      void this.list.refresh();
      toasts.say("This draft was changed in another window. Both texts are kept: yours is now a new draft.");
    } catch {
      toasts.say("This draft was changed in another window, and yours could not be saved. Copy your text before you leave.", "danger");
    }
  }
}

export const drafts = new Drafts();
