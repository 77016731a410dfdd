// The words of the preparing dialog.
import type { Kind, Model, Preparation } from "../ipc/bindings";
import { aboutMinutes, plural } from "./format";

export type PreparedKind = "brief" | "rewrite";

/** Whether a kind's prompts are written by a model beforehand. */
export function isPrepared(kind: Kind): kind is PreparedKind {
  return kind === "brief" || kind === "rewrite";
}

type Words = { title: string; lead: string; one: string; many: string; refused: string };

export const preparing: Record<PreparedKind, Words> = {
  brief: {
    title: "Write the notes",
    lead: "A model reads each post once and notes what it says. Your own model then learns to turn such notes into your text.",
    one: "set of notes", many: "sets of notes", refused: "did not keep to what the post says, or to notes",
  },
  rewrite: {
    title: "Write the paraphrases",
    lead: "A model says each of your paragraphs once in plain words. Your own model then learns the way back, from plain words to yours.",
    one: "paraphrase", many: "paraphrases", refused: "changed the facts or told another story",
  },
};

/** Why some were written in vain. */
export function refusedSentence(kind: PreparedKind, refused: number): string {
  const { one, many, refused: why } = preparing[kind];
  return `${plural(refused, one, many)} could not be used: ${refused === 1 ? "it" : "they"} ${why}. Nothing is learned from ${refused === 1 ? "it" : "them"}.`;
}

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
