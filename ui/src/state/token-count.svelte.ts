// How many tokens a text has while it is typed: asked a moment after the last key, and only the newest answer counts.
import { call, commands } from "../ipc/call";
import { coalesce } from "../lib/later";

export class TokenCount {
  /** Nothing while no tokenizer is here. */
  tokens = $state<number | null>(null);
  #text = "";
  #turn = 0;
  #count: (text: string) => Promise<number | null>;
  #soon: ReturnType<typeof coalesce>;

  constructor(tokens: number | null, count = (text: string) => call(commands.countTokens(text)), ms = 250) {
    this.tokens = tokens;
    this.#count = count;
    this.#soon = coalesce(() => void this.#ask(), ms);
  }

  of(text: string): void {
    if (text === this.#text) return;
    this.#text = text;
    this.#soon();
  }

  stop(): void {
    this.#turn += 1;
    this.#soon.cancel();
  }

  async #ask(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const tokens = await this.#count(this.#text);
      if (turn === this.#turn) this.tokens = tokens;
    } catch {
      // A count is a help, not a promise: the last known one stays.
    }
  }
}
