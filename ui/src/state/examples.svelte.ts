// What the model will be shown, and the author's decisions about it.
import type { Example, ExampleStatus, ExampleSummary, ExportFormat, Kind, Preset } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { coalesce } from "../lib/later";
import { after } from "../lib/triage";
import { attempt } from "./attempt";
import { Pages } from "./pages.svelte";
import { Resource } from "./resource.svelte";
import { toasts } from "./toasts.svelte";

export type StatusFilter = "all" | ExampleStatus;
export type Mode = "list" | "one" | "edit";

class Examples {
  mode = $state<Mode>("list");
  at = $state(0);
  kind = $state<Kind | null>(null);
  status = $state<StatusFilter>("all");
  post = $state<number | null>(null);
  search = $state("");

  summary = new Resource(() => call(commands.exampleSummary()));
  list = new Pages<Example>((cursor, limit) =>
    call(
      commands.listExamples({
        kind: this.kind,
        status: this.status === "all" ? null : this.status,
        post: this.post,
        flagged: null,
        search: this.search.trim() || null,
        cursor,
        limit,
      }),
    ),
  );

  #searchSoon = coalesce(() => void this.#restart(), 160);

  get current(): Example | null {
    return this.list.items[this.at] ?? null;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.summary.refresh(), this.#reload()]);
  }

  filter(part: { kind?: Kind | null; status?: StatusFilter; post?: number | null }): void {
    if (part.kind !== undefined) this.kind = part.kind;
    if (part.status !== undefined) this.status = part.status;
    if (part.post !== undefined) this.post = part.post;
    void this.#restart();
  }

  find(text: string): void {
    this.search = text;
    this.#searchSoon();
  }

  /** One at a time, beginning with what is still to look at. */
  triage(): void {
    if (this.status !== "flagged" && (this.summary.data?.flagged ?? 0) > 0) this.filter({ status: "flagged" });
    this.at = 0;
    this.mode = "one";
  }

  /** One step out: from editing to one, from one to the list. */
  out(): boolean {
    if (this.mode === "list") return false;
    this.mode = this.mode === "edit" ? "one" : "list";
    return true;
  }

  step(to: "next" | "previous" | "stay"): void {
    this.at = after(this.at, this.list.items.length, to);
    if (this.at > this.list.items.length - 20) void this.list.more();
  }

  async decide(status: "kept" | "dropped", example: Example | null = this.current): Promise<void> {
    if (example === null) return;
    const summary = await attempt(call(commands.setExamplesStatus([example.id], status)));
    if (summary === undefined) return;
    this.summary.set(summary);
    if (this.status === "all" || this.status === status) {
      this.list.replace((e) => e.id === example.id, (e) => ({ ...e, status }));
      this.step("next");
    } else {
      // It no longer fits the filter: the next one moves up into its place.
      this.list.remove((e) => e.id === example.id);
      this.step("stay");
    }
  }

  async edit(example: Example, prompt: string, completion: string): Promise<boolean> {
    const edited = await attempt(call(commands.editExample(example.id, prompt, completion)));
    if (edited === undefined) return false;
    this.list.replace((e) => e.id === example.id, () => edited);
    void this.summary.refresh();
    this.mode = "one";
    return true;
  }

  async undo(): Promise<void> {
    const what = this.summary.data?.can_undo;
    if (!what) return;
    const summary = await attempt(call(commands.undoExamples()));
    if (summary === undefined) return;
    this.summary.set(summary);
    await this.#reload();
    toasts.say(`Undone: ${what.charAt(0).toLowerCase()}${what.slice(1)}`);
  }

  async enable(kind: Kind, enabled: boolean): Promise<void> {
    await this.#rebuilt(call(commands.setKindEnabled(kind, enabled)));
  }

  async build(preset: Preset): Promise<void> {
    await this.#rebuilt(call(commands.buildExamples(preset)));
  }

  async export(format: ExportFormat): Promise<void> {
    const path = await attempt(call(commands.exportExamples(format)));
    if (path) toasts.say(`Examples written to ${path}`);
  }

  async #rebuilt(work: Promise<ExampleSummary>): Promise<void> {
    const summary = await attempt(work);
    if (summary !== undefined) this.summary.set(summary);
    await this.list.refresh();
  }

  /** Asks again and goes on standing on the same example, wherever it is now. */
  async #reload(): Promise<void> {
    const id = this.current?.id;
    await this.list.refresh();
    const now = this.list.items.findIndex((e) => e.id === id);
    this.at = now >= 0 ? now : Math.min(this.at, Math.max(0, this.list.items.length - 1));
  }

  async #restart(): Promise<void> {
    this.at = 0;
    await this.list.refresh(false);
  }
}

export const examples = new Examples();
