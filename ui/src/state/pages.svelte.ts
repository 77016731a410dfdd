// A long list that arrives page by page.
import { untrack } from "svelte";
import type { Page } from "../ipc/bindings";
import { asAppError } from "../ipc/errors";
import type { Load } from "./resource.svelte";

export type FetchPage<T> = (cursor: string | null, limit: number) => Promise<Page<T>>;

export class Pages<T> {
  items = $state.raw<T[]>([]);
  total = $state(0);
  load = $state.raw<Load<true>>({ at: "loading" });
  #next: string | null = null;
  #asking = false;
  #turn = 0;
  #fetch: FetchPage<T>;
  #size: number;

  constructor(fetch: FetchPage<T>, size = 100) {
    this.#fetch = fetch;
    this.#size = size;
  }

  /** From the start; as many as were there before, so that nothing jumps. */
  refresh(keep = true): Promise<void> {
    return untrack(() => this.#ask(keep));
  }

  async #ask(keep: boolean): Promise<void> {
    const turn = ++this.#turn;
    if (this.load.at === "failed") this.load = { at: "loading" };
    try {
      const wanted = keep ? Math.max(this.#size, this.items.length) : this.#size;
      let page = await this.#fetch(null, wanted);
      let items = page.items;
      // Rust gives at most so many rows at a time; a list that got shorter would throw the reader back.
      while (turn === this.#turn && page.next !== null && items.length < wanted) {
        page = await this.#fetch(page.next, wanted - items.length);
        items = [...items, ...page.items];
      }
      if (turn !== this.#turn) return;
      this.items = items;
      this.#took(page);
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
    }
  }

  more(): Promise<void> {
    return untrack(() => this.#askMore());
  }

  async #askMore(): Promise<void> {
    if (this.#asking || this.#next === null || this.load.at !== "ready") return;
    const turn = this.#turn;
    this.#asking = true;
    try {
      const page = await this.#fetch(this.#next, this.#size);
      if (turn !== this.#turn) return;
      this.items = [...this.items, ...page.items];
      this.#took(page);
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
    } finally {
      this.#asking = false;
    }
  }

  replace(where: (item: T) => boolean, by: (item: T) => T): void {
    this.items = this.items.map((item) => (where(item) ? by(item) : item));
  }

  remove(where: (item: T) => boolean): void {
    const kept = this.items.filter((item) => !where(item));
    this.total -= this.items.length - kept.length;
    this.items = kept;
  }

  #took(page: Page<T>): void {
    this.#next = page.next;
    this.total = page.total;
    this.load = { at: "ready", data: true };
  }
}
