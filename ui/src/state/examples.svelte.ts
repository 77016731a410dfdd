// What the model will be shown, and the author's decisions about it.
import type { Example, ExampleQuery, ExampleRow, ExampleSummary, ExportFormat, FlagCode, Kind } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { bulkWords, many, noFilters, queryOf, rowOf, stays, type Filters } from "../lib/filters";
import { plural } from "../lib/format";
import { coalesce } from "../lib/later";
import { after, type Decision } from "../lib/triage";
import { attempt } from "./attempt";
import { confirm } from "./confirm.svelte";
import { one } from "./one.svelte";
import { Resource } from "./resource.svelte";
import { SparseRows } from "./sparse.svelte";
import { toasts } from "./toasts.svelte";
import { triage } from "./triage.svelte";

export type ExamplesTab = "list" | "statistics" | "making";
export type Mode = "list" | "one" | "edit" | "compare";

class Examples {
  tab = $state<ExamplesTab>("list");
  mode = $state<Mode>("list");
  /** Where the one on screen comes from: the list, or the queue of what is to look at. */
  from = $state<"list" | "triage">("list");
  /** The chosen row of the list. */
  at = $state(0);
  filters = $state.raw<Filters>(noFilters);
  /** The one opened from the list: it stays on screen, and in the editor, though the list changes under it. */
  #opened = $state<number | null>(null);

  summary = new Resource(() => call(commands.exampleSummary()));
  list = new SparseRows<ExampleRow>((offset, limit) => call(commands.listExamples(queryOf(this.filters, offset, limit))));

  /** Whose decisions undo would take back, newest last; nothing for those about many. */
  #did: (number | null)[] = [];
  #searchSoon = coalesce(() => void this.#restart(), 160);

  get currentId(): number | null {
    if (this.mode !== "list" && this.from === "triage") return triage.current;
    return (this.mode === "list" ? null : this.#opened) ?? this.list.at(this.at)?.id ?? null;
  }

  get nextId(): number | null {
    return this.from === "triage" ? triage.next : (this.list.at(this.at + 1)?.id ?? null);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.summary.refresh(), this.#reload()]);
    if (this.mode === "one") one.forget();
  }

  filter(part: Partial<Filters>): void {
    this.filters = { ...this.filters, ...part };
    void this.#restart();
  }

  find(search: string): void {
    this.filters = { ...this.filters, search };
    this.#searchSoon();
  }

  /** From anywhere: the examples with these filters and no others. */
  look(part: Partial<Filters>): void {
    this.tab = "list";
    this.mode = "list";
    this.filters = noFilters;
    this.filter(part);
  }

  open(index: number): void {
    this.from = "list";
    this.mode = "one";
    this.#stand(index);
  }

  /** One at a time: what is to look at, going on where it stopped; with nothing to look at, the list from its top. */
  async triage(flag: FlagCode | null = null): Promise<void> {
    this.tab = "list";
    if (flag === null && (this.summary.data?.flagged ?? 0) === 0) return this.open(0);
    this.from = "triage";
    this.mode = "one";
    await triage.start(this.summary.data?.triage_at ?? null, flag);
  }

  /** One step out: from editing or comparing to one, from one to the list, from another tab to the list. */
  out(): boolean {
    if (this.tab !== "list") this.tab = "list";
    else if (this.mode === "edit" || this.mode === "compare") this.mode = "one";
    else if (this.mode === "one") this.toList();
    else return false;
    return true;
  }

  step(to: "next" | "previous"): void {
    this.mode = this.mode === "list" ? "list" : "one";
    if (this.from === "triage" && this.mode !== "list") {
      if (to === "next") triage.skip();
      else triage.back();
      return;
    }
    this.#stand(after(this.at, this.list.total, to));
  }

  /** Shown at once; taken back when it could not be written. */
  async decide(status: Decision): Promise<void> {
    const id = this.currentId;
    if (id === null) return;
    const queued = this.from === "triage" && this.mode !== "list";
    one.change(id, (example) => ({ ...example, status }));
    if (this.mode !== "list") this.mode = "one";
    if (queued) triage.decide(id, status);
    let told: () => void = () => undefined;
    if (queued || stays(this.filters, status)) this.list.replace(id, (row) => ({ ...row, status }));
    else told = this.list.remove(id);
    if (!queued) this.#stand(after(this.at, this.list.total, stays(this.filters, status) ? "next" : "stay"));
    const summary = await attempt(call(commands.setExamplesStatus([id], status)));
    told();
    if (summary === undefined) {
      triage.reopen(id);
      one.forget();
      await this.#reload();
      return;
    }
    this.#did.push(id);
    this.summary.set(summary);
  }

  /** Every example the filters find. */
  decideFound(status: Decision): Promise<void> {
    return this.#decideMany(queryOf(this.filters), status, this.list.total);
  }

  /** Everything a check found that waits. */
  decideCheck(flag: FlagCode, status: Decision, waiting: number): Promise<void> {
    return this.#decideMany(queryOf({ ...noFilters, status: "flagged", flag }), status, waiting);
  }

  async edit(example: Example, prompt: string, completion: string): Promise<boolean> {
    const edited = await attempt(call(commands.editExample(example.id, prompt, completion)));
    if (edited === undefined) return false;
    this.#did.push(example.id);
    this.list.replace(example.id, () => rowOf(edited));
    one.take(edited);
    void this.summary.refresh();
    return true;
  }

  async undo(): Promise<void> {
    const what = this.summary.data?.can_undo;
    if (!what) return;
    const summary = await attempt(call(commands.undoExamples()));
    if (summary === undefined) return;
    this.summary.set(summary);
    const id = this.#did.pop() ?? null;
    one.forget();
    if (this.from === "triage" && (id === null || !triage.reopen(id))) await triage.again();
    await this.#reload(id ?? undefined);
    if (id !== null) this.#stand(this.at);
    toasts.say(`Undone: ${what.charAt(0).toLowerCase()}${what.slice(1)}`);
  }

  enable(kind: Kind, enabled: boolean): Promise<void> {
    return this.rebuilt(call(commands.setKindEnabled(kind, enabled)));
  }

  hold(code: FlagCode, holds: boolean): Promise<void> {
    return this.rebuilt(call(commands.setCheckHolds(code, holds)));
  }

  async export(format: ExportFormat): Promise<void> {
    const path = await attempt(call(commands.exportExamples(format)));
    if (path) toasts.say(`Examples written to ${path}`);
  }

  /** A command that makes other examples of the same posts. */
  async rebuilt(work: Promise<ExampleSummary>): Promise<void> {
    const summary = await attempt(work);
    if (summary !== undefined) this.summary.set(summary);
    one.forget();
    await this.list.refresh();
  }

  async #decideMany(query: ExampleQuery, status: Decision, total: number): Promise<void> {
    const words = bulkWords(status, total);
    if (total > many && !(await confirm.ask({ title: words.title, text: words.text, yes: words.button }))) return;
    const summary = await attempt(call(commands.decideExamples(query, status)));
    if (summary === undefined) return;
    this.#did.push(null);
    this.summary.set(summary);
    this.at = 0;
    await this.list.refresh();
    toasts.say(`${plural(total, "example")} ${status === "kept" ? "kept" : "left out"}. U takes it back.`);
  }

  /** Chooses a row; with one at a time it comes on screen. */
  #stand(index: number): void {
    this.at = index;
    if (this.mode === "list") return;
    this.#opened = this.list.at(index)?.id ?? null;
    this.list.see(index, index + 1);
  }

  toList(): void {
    this.mode = "list";
    // Decisions of the queue may have moved rows.
    if (this.from === "triage") void this.list.refresh();
  }

  /** Asks again and goes on standing on the same example, if it is near where it was. */
  async #reload(id: number | null = this.currentId): Promise<void> {
    await this.list.refresh();
    const now = id === null ? -1 : this.list.indexOf(id);
    this.at = now >= 0 ? now : Math.min(this.at, Math.max(0, this.list.total - 1));
  }

  async #restart(): Promise<void> {
    this.at = 0;
    await this.list.refresh(false);
  }
}

export const examples = new Examples();
