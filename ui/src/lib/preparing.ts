// The words of the preparing dialog.
import type { Model, Preparation } from "../ipc/bindings";
import { aboutMinutes, plural } from "./format";

export type PreparedKind = "brief" | "rewrite";

export const preparing: Record<PreparedKind, { title: string; lead: string; one: string; many: string }> = {
  brief: {
    title: "Write the notes",
    lead: "A model reads each post once and notes what it says. Your own model then learns to turn such notes into your text.",
    one: "set of notes", many: "sets of notes",
  },
  rewrite: {
    title: "Write the paraphrases",
    lead: "A model says each of your paragraphs once in plain words. Your own model then learns the way back, from plain words to yours.",
    one: "paraphrase", many: "paraphrases",
  },
};

/** What it costs: nothing on this computer; elsewhere only what is known is said. */
export function price(usd: number | null, model: Pick<Model, "engine"> | undefined): string {
  if (model?.engine === "local") return "free on this computer";
  if (usd === null) return "price unknown";
  return usd < 0.01 ? "less than $0.01" : `about $${usd.toFixed(2)}`;
}

/** "32 to write · about 12 min · free on this computer" */
export function cost(preparation: Preparation, model: Pick<Model, "engine"> | undefined): string {
  const time = preparation.minutes === null ? null : aboutMinutes(preparation.minutes);
  return [`${plural(preparation.to_do, "piece")} to write`, time, price(preparation.usd, model)].filter((part) => part !== null).join(" · ");
}
