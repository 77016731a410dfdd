// Something asked from Rust: always in exactly one of these states.
import { untrack } from "svelte";
import { asAppError, type AppError } from "../ipc/errors";

export type Load<T> = { at: "loading" } | { at: "failed"; error: AppError } | { at: "ready"; data: T };

export class Resource<T> {
  load = $state.raw<Load<T>>({ at: "loading" });
  #fetch: () => Promise<T>;
  #turn = 0;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  get data(): T | null {
    return this.load.at === "ready" ? this.load.data : null;
  }

  /** Asks again. What is on screen stays until the answer is here; an answer overtaken by a newer question is dropped. */
  refresh(): Promise<void> {
    // Asking is not watching: an effect that asks must not run again when the answer comes.
    return untrack(() => this.#ask());
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    if (this.load.at === "failed") this.load = { at: "loading" };
    try {
      const data = await this.#fetch();
      if (turn === this.#turn) this.load = { at: "ready", data };
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
    }
  }

  /** A command answered with the new value. */
  set(data: T): void {
    this.#turn += 1;
    this.load = { at: "ready", data };
  }

  clear(): void {
    this.#turn += 1;
    this.load = { at: "loading" };
  }
}
