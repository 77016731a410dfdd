// Going through what is to look at: the queue of this sitting, and where the author stopped last time.
import type { FlagCode } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { asAppError } from "../ipc/errors";
import { noFilters, queryOf } from "../lib/filters";
import { back, currentOf, decide, noQueue, progressOf, queueOf, reopen, skip, type Decision, type Queue } from "../lib/triage";
import type { Load } from "./resource.svelte";

class Triage {
  queue = $state.raw<Queue>(noQueue);
  load = $state.raw<Load<true>>({ at: "loading" });
  /** Only what this check found; everything otherwise. */
  flag = $state<FlagCode | null>(null);
  /** The example at which the author stopped in an earlier sitting, until the first step from it. */
  resumed = $state<number | null>(null);
  #turn = 0;

  get current(): number | null {
    return currentOf(this.queue);
  }

  get next(): number | null {
    const after = currentOf(skip(this.queue));
    return after === this.current ? null : after;
  }

  get progress() {
    return progressOf(this.queue);
  }

  async start(stoppedAt: number | null, flag: FlagCode | null): Promise<void> {
    if (flag !== this.flag) this.queue = noQueue;
    this.flag = flag;
    const begun = this.queue.decided.size > 0 || stoppedAt === null;
    await this.#fill(stoppedAt);
    this.resumed = !begun && flag === null && this.queue.at > 0 ? this.current : null;
  }

  /** Asks again what waits, and goes on standing where one is. */
  again(): Promise<void> {
    return this.#fill(this.current);
  }

  decide(id: number, decision: Decision): void {
    this.#go(decide(this.queue, id, decision));
  }

  skip(): void {
    this.#go(skip(this.queue));
  }

  back(): void {
    this.#go(back(this.queue));
  }

  /** Whether it was decided in this sitting; then one stands on it again. */
  reopen(id: number): boolean {
    const known = this.queue.ids.includes(id);
    if (known) this.#go(reopen(this.queue, id));
    return known;
  }

  #go(queue: Queue): void {
    this.queue = queue;
    this.resumed = null;
    if (this.flag !== null) return;
    // Where one stands is no more than a bookmark: that it could not be written is not worth a word.
    call(commands.rememberTriage(this.current)).catch(() => undefined);
  }

  async #fill(standing: number | null): Promise<void> {
    const turn = ++this.#turn;
    if (this.load.at === "failed") this.load = { at: "loading" };
    const waiting: number[] = [];
    try {
      let left = true;
      while (left && turn === this.#turn) {
        const page = await call(commands.listExamples(queryOf({ ...noFilters, status: "flagged", flag: this.flag }, waiting.length, 1000)));
        waiting.push(...page.items.map((row) => row.id));
        left = page.items.length > 0 && waiting.length < page.total;
      }
      if (turn !== this.#turn) return;
      this.queue = queueOf(waiting, standing, this.queue);
      this.load = { at: "ready", data: true };
    } catch (thrown) {
      if (turn === this.#turn) this.load = { at: "failed", error: asAppError(thrown) };
    }
  }
}

export const triage = new Triage();
