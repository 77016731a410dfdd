// A list of thousands, of which only the rows near those in sight are here. Any stretch can be asked for by its place.
import { untrack } from "svelte";
import type { Page } from "../ipc/bindings";
import { asAppError } from "../ipc/errors";
import { around, gapIn, type Range, type Rows } from "../lib/rows";
import type { Load } from "./resource.svelte";

export type FetchRows<T> = (offset: number, limit: number) => Promise<Page<T>>;

/** Rows are asked for in steps of this many. */
const step = 100;
/** Rows further than this from those in sight are forgotten. */
const near = 600;

export class SparseRows<T extends { id: number }> implements Rows<T> {
  total = $state(0);
  load = $state.raw<Load<true>>({ at: "loading" });
  /** Grows with every change, so that whoever reads a row hears of it. */
  version = $state(0);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- `version` tells of changes; a signal for each of thousands of rows would not be less
  #rows = new Map<number, T>();
  #sight: Range = { from: 0, to: 0 };
  /** Answers to questions of an earlier turn are stale: places may have changed since. */
  #turn = 0;
  #asking = -1;
  /** Removals that Rust has not confirmed. */
  #waiting = 0;
  #fetch: FetchRows<T>;

  constructor(fetch: FetchRows<T>) {
    this.#fetch = fetch;
  }

  get held(): number {
    return this.#rows.size;
  }

  at(index: number): T | undefined {
    void this.version;
    return this.#rows.get(index);
  }

  indexOf(id: number): number {
    for (const [index, row] of this.#rows) if (row.id === id) return index;
    return -1;
  }

  see(first: number, last: number): void {
    this.#sight = { from: first, to: last };
    for (const index of this.#rows.keys()) {
      if (index < first - near || index > last + near) this.#rows.delete(index);
    }
    void untrack(() => this.#fill());
  }

  /** Asks again for what is in sight, or from the top. What is on screen stays until the answer is here. */
  refresh(keep = true): Promise<void> {
    return untrack(() => this.#ask(keep ? this.#sight : { from: 0, to: 0 }));
  }

  replace(id: number, by: (row: T) => T): void {
    const index = this.indexOf(id);
    const row = this.#rows.get(index);
    if (row === undefined) return;
    this.#rows.set(index, by(row));
    this.version += 1;
  }

  /** Takes a row out; those behind it move up. Nothing is asked until the function it gives is called: Rust may not know yet. */
  remove(id: number): () => void {
    const gone = this.indexOf(id);
    if (gone < 0) return () => undefined;
    const before = [...this.#rows];
    this.#rows.clear();
    for (const [index, row] of before) if (index !== gone) this.#rows.set(index > gone ? index - 1 : index, row);
    this.total -= 1;
    this.#turn += 1;
    this.#waiting += 1;
    this.version += 1;
    return () => {
      this.#waiting -= 1;
      void this.#fill();
    };
  }

  async #ask(sight: Range): Promise<void> {
    const turn = ++this.#turn;
    if (this.load.at === "failed") this.load = { at: "loading" };
    try {
      const { from, to } = around(sight, Infinity, step);
      let offset = from;
      let page = await this.#fetch(offset, to - from);
      if (page.items.length === 0 && page.total > 0 && turn === this.#turn) {
        // The list got shorter than the place one stood at.
        offset = Math.max(0, page.total - step);
        page = await this.#fetch(offset, step);
      }
      if (turn === this.#turn) this.#take(offset, page, true);
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
    }
    if (turn === this.#turn) await this.#fill();
  }

  /** One question at a time; when it is answered, what is in sight by then decides the next. */
  async #fill(): Promise<void> {
    if (this.#waiting > 0 || this.#asking === this.#turn || this.load.at !== "ready") return;
    const gap = gapIn(around(this.#sight, this.total, step), (index) => this.#rows.has(index));
    if (gap === null) return;
    const turn = this.#turn;
    this.#asking = turn;
    try {
      const page = await this.#fetch(gap.from, gap.to - gap.from);
      if (turn !== this.#turn) return;
      // Another total: rows were added or taken away meanwhile, and every place known is in doubt.
      this.#take(gap.from, page, page.total !== this.total);
      if (page.items.length === 0) return;
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
      return;
    } finally {
      if (this.#asking === turn) this.#asking = -1;
    }
    await this.#fill();
  }

  #take(offset: number, page: Page<T>, afresh: boolean): void {
    if (afresh) this.#rows.clear();
    page.items.forEach((row, i) => this.#rows.set(offset + i, row));
    this.total = page.total;
    this.load = { at: "ready", data: true };
    this.version += 1;
  }
}
