// Notes and paraphrases being written by a model the author chose. It goes on when the dialog is closed.
import type { PrepareEvent, Preparation } from "../ipc/bindings";
import { call, commands, stream } from "../ipc/call";
import { asAppError, type AppError } from "../ipc/errors";
import type { PreparedKind } from "../lib/preparing";
import { attempt } from "./attempt";
import { examples } from "./examples.svelte";
import { Resource } from "./resource.svelte";
import { training } from "./training.svelte";

export type Preparing =
  | { at: "rest" }
  | { at: "going"; kind: PreparedKind; done: number; refused: number; pieces: number; secondsLeft: number | null; text: string; /** The text is the reason why the piece was refused. */ refusal: boolean; stopping: boolean }
  | { at: "over"; kind: PreparedKind; done: number; refused: number; stopped: boolean }
  | { at: "failed"; kind: PreparedKind; error: AppError };

export function applyPrepareEvent(now: Preparing, event: PrepareEvent): Preparing {
  if (now.at !== "going") return now;
  switch (event.event) {
    case "started":
      return { ...now, pieces: event.pieces };
    case "piece":
      return { ...now, done: event.done, refused: event.refused, pieces: event.pieces, secondsLeft: event.seconds_left, text: event.text, refusal: event.refused > now.refused };
    case "done":
      return { at: "over", kind: now.kind, done: event.done, refused: event.refused, stopped: event.stopped };
  }
}

class PreparingStore {
  /** Which dialog is open. */
  open = $state<PreparedKind | null>(null);
  model = $state<string | null>(null);
  now = $state.raw<Preparing>({ at: "rest" });
  plan = new Resource<Preparation | null>(async () => {
    const model = this.chosen;
    return this.open === null || model === null ? null : call(commands.preparation(this.open, model));
  });

  get chosen(): string | null {
    const models = training.models.data ?? [];
    return this.model ?? (models.find((m) => m.installed) ?? models[0])?.name ?? null;
  }

  async show(kind: PreparedKind): Promise<void> {
    if (this.open !== kind) this.plan.clear();
    this.open = kind;
    if (this.now.at !== "going") this.now = { at: "rest" };
    if (training.models.data === null) await training.models.refresh();
    await this.plan.refresh();
  }

  choose(model: string): void {
    this.model = model;
    void this.plan.refresh();
  }

  async start(): Promise<void> {
    const [kind, model] = [this.open, this.chosen];
    if (kind === null || model === null || this.now.at === "going") return;
    this.now = { at: "going", kind, done: 0, refused: 0, pieces: this.plan.data?.to_do ?? 0, secondsLeft: null, text: "", refusal: false, stopping: false };
    try {
      await call(commands.prepareExamples(kind, model, stream((event: PrepareEvent) => (this.now = applyPrepareEvent(this.now, event)))));
      if (this.now.at === "going") this.now = { at: "over", kind, done: this.now.done, refused: this.now.refused, stopped: this.now.stopping };
    } catch (thrown) {
      const error = asAppError(thrown);
      this.now = error.code === "cancelled" ? { at: "rest" } : { at: "failed", kind, error };
    }
    await Promise.all([this.plan.refresh(), examples.refresh()]);
  }

  stop(): Promise<unknown> {
    if (this.now.at === "going") this.now = { ...this.now, stopping: true };
    return attempt(call(commands.cancelPreparing()));
  }

  close(): void {
    this.open = null;
  }
}

export const preparing = new PreparingStore();
