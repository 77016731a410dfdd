// The one example that is on screen, whole. The list knows only beginnings.
import type { Example } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { asAppError } from "../ipc/errors";
import type { Load } from "./resource.svelte";

/** So many are kept, so that going on and back shows the next at once. */
const kept = 12;

class One {
  id = $state<number | null>(null);
  load = $state.raw<Load<Example>>({ at: "loading" });
  #known = new Map<number, Example>();

  get example(): Example | null {
    return this.load.at === "ready" ? this.load.data : null;
  }

  /** Shows this one, and fetches the next one ahead. */
  async show(id: number | null, ahead: number | null = null): Promise<void> {
    if (id !== this.id) {
      this.id = id;
      const known = id === null ? undefined : this.#known.get(id);
      this.load = known === undefined ? { at: "loading" } : { at: "ready", data: known };
    }
    if (id !== null && this.load.at !== "ready") await this.again();
    if (ahead !== null && !this.#known.has(ahead)) await this.#fetch(ahead).catch(() => undefined); // it is asked again, and told, when it is shown
  }

  /** Asks again for the one on screen; it stays until the answer is here. */
  async again(): Promise<void> {
    const id = this.id;
    if (id === null) return;
    if (this.load.at === "failed") this.load = { at: "loading" };
    try {
      const example = await this.#fetch(id);
      if (id === this.id) this.load = { at: "ready", data: example };
    } catch (thrown) {
      if (id === this.id) this.load = { at: "failed", error: asAppError(thrown) };
    }
  }

  /** Something about it changed that is known here. */
  change(id: number, by: (example: Example) => Example): void {
    const known = this.#known.get(id);
    if (known !== undefined) this.take(by(known));
  }

  /** A command answered with it. */
  take(example: Example): void {
    this.#known.set(example.id, example);
    if (example.id === this.id) this.load = { at: "ready", data: example };
  }

  /** Nothing that is known may be right any more. */
  forget(): void {
    this.#known.clear();
    void this.again();
  }

  async #fetch(id: number): Promise<Example> {
    const example = await call(commands.getExample(id));
    this.#known.set(id, example);
    for (const old of this.#known.keys()) {
      if (this.#known.size <= kept) break;
      if (old !== this.id) this.#known.delete(old);
    }
    return example;
  }
}

export const one = new One();
