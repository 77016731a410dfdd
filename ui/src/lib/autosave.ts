// Saves a text shortly after the last keystroke, one save at a time, and never over someone else's.
import { asAppError, type AppError } from "../ipc/errors";

export type SaveState =
  | { at: "saved" }
  | { at: "unsaved" }
  | { at: "saving" }
  | { at: "failed"; error: AppError };

export type Text = { title: string; body: string };

export type AutosaveOptions = {
  /** Saves and gives the new revision, or throws. */
  save: (text: Text, revision: number) => Promise<number>;
  /** The stored text is newer than the revision we had: `text` must be kept elsewhere. */
  conflict: (text: Text) => Promise<void>;
  changed: (state: SaveState) => void;
  delay?: number;
  retryAfter?: number;
};

export class Autosave {
  #options: AutosaveOptions;
  #revision: number;
  #waiting: Text | null = null;
  #saving: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #done = false;

  constructor(revision: number, options: AutosaveOptions) {
    this.#revision = revision;
    this.#options = options;
  }

  /** The author changed something. */
  touch(text: Text): void {
    if (this.#done) return;
    this.#waiting = text;
    this.#options.changed({ at: "unsaved" });
    this.#schedule(this.#options.delay ?? 600);
  }

  /** Save now: on blur, on leaving, on closing. Resolves when nothing is left to save, or a save failed. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#saving !== null) await this.#saving;
    if (this.#waiting === null || this.#done) return;
    this.#saving = this.#save(this.#waiting);
    this.#waiting = null;
    await this.#saving;
  }

  /** Save what is left, then accept no more. */
  async close(): Promise<void> {
    await this.flush();
    this.#done = true;
    clearTimeout(this.#timer);
  }

  /** Drop what is left: the draft is being deleted. */
  abandon(): void {
    this.#done = true;
    this.#waiting = null;
    clearTimeout(this.#timer);
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), ms);
  }

  async #save(text: Text): Promise<void> {
    this.#options.changed({ at: "saving" });
    try {
      this.#revision = await this.#options.save(text, this.#revision);
      this.#saving = null;
      if (this.#waiting === null) this.#options.changed({ at: "saved" });
    } catch (thrown) {
      this.#saving = null;
      const error = asAppError(thrown);
      if (error.code === "changed_elsewhere") {
        const newest = this.#waiting ?? text;
        this.abandon();
        await this.#options.conflict(newest);
        return;
      }
      // Keep the text, say so, and try again by ourselves.
      this.#waiting ??= text;
      this.#options.changed({ at: "failed", error });
      if (!this.#done) this.#schedule(this.#options.retryAfter ?? 5000);
    }
  }
}
