// What the model was asked to write, and what came back. Nothing enters the draft by itself.
import type { Finish, WriteEvent, WriteRequest } from "../ipc/bindings";
import { call, commands, stream } from "../ipc/call";
import { asAppError, type AppError } from "../ipc/errors";
import { attempt } from "./attempt";
import { settings } from "./settings.svelte";

export type SuggestionState =
  | { at: "waiting"; reason: string }
  | { at: "streaming" }
  | { at: "done"; finish: Finish; tokens: number; perSecond: number; version: string; seed: number; sentence: string }
  | { at: "failed"; error: AppError };

export type Suggestion = { id: number; prompt: string; text: string; state: SuggestionState };

/** "current", the base model, or a version's id. */
export type Writer = "current" | "base" | number;

export type WriteOptions = { temperature: number; max_tokens: number; top_p: number; stop: string[]; seed: number | null };

export function applyWriteEvent(now: Suggestion, event: WriteEvent): Suggestion {
  if (now.state.at === "done" || now.state.at === "failed") return now; // a late event
  switch (event.event) {
    case "waiting":
      return { ...now, state: { at: "waiting", reason: event.reason } };
    case "token":
      return { ...now, text: now.text + event.text, state: { at: "streaming" } };
    case "done": {
      const { finish, tokens, tokens_per_second, version, seed, sentence } = event;
      return { ...now, text: event.text, state: { at: "done", finish, tokens, perSecond: tokens_per_second, version, seed, sentence } };
    }
  }
}

export function promptFor(title: string): string {
  return `Write a blog post titled '${title.trim()}':`;
}

let last = 0;

class Writing {
  prompt = $state("");
  writer = $state<Writer>("current");
  all = $state.raw<Suggestion[]>([]);
  at = $state(0);
  changed = $state.raw<Partial<WriteOptions>>({});

  get options(): WriteOptions {
    const { write_temperature, write_max_tokens, write_stop } = settings.now;
    return { temperature: write_temperature, max_tokens: write_max_tokens, top_p: 0.95, stop: write_stop, seed: null, ...this.changed };
  }

  get current(): Suggestion | null {
    return this.all[this.at] ?? null;
  }

  get busy(): boolean {
    const at = this.all.at(-1)?.state.at;
    return at === "waiting" || at === "streaming";
  }

  set(part: Partial<WriteOptions>): void {
    this.changed = { ...this.changed, ...part };
  }

  async write(prompt: string = this.prompt): Promise<void> {
    const id = ++last;
    this.#endOld();
    this.all = [...this.all, { id, prompt, text: "", state: { at: "waiting", reason: "" } }];
    this.at = this.all.length - 1;
    const request: WriteRequest = {
      prompt,
      version: typeof this.writer === "number" ? this.writer : null,
      base_model: this.writer === "base",
      ...this.options,
    };
    try {
      await call(commands.writeText(request, stream((event) => this.#change(id, (now) => applyWriteEvent(now, event)))));
    } catch (thrown) {
      const error = asAppError(thrown);
      this.#change(id, (now) => ({ ...now, state: error.code === "cancelled" ? ended : { at: "failed", error } }));
    }
  }

  stop(): Promise<unknown> {
    return attempt(call(commands.stopWriting()));
  }

  /** Takes the shown suggestion away. */
  discard(): void {
    if (this.busy) void this.stop();
    this.all = this.all.filter((_, i) => i !== this.at);
    this.at = Math.max(0, Math.min(this.at, this.all.length - 1));
  }

  turn(by: number): void {
    this.at = Math.max(0, Math.min(this.at + by, this.all.length - 1));
  }

  clear(): void {
    if (this.busy) void this.stop();
    this.all = [];
    this.at = 0;
  }

  /** A new request stops the old one in Rust; what it wrote so far stays. */
  #endOld(): void {
    this.all = this.all
      .filter((s) => s.state.at !== "waiting" && s.state.at !== "failed")
      .map((s) => (s.state.at === "streaming" ? { ...s, state: ended } : s));
  }

  #change(id: number, by: (now: Suggestion) => Suggestion): void {
    this.all = this.all.map((s) => (s.id === id ? by(s) : s));
  }
}

const ended: SuggestionState = { at: "done", finish: "stopped", tokens: 0, perSecond: 0, version: "", seed: 0, sentence: "" };

export const writing = new Writing();
