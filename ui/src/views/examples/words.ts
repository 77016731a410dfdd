// The field's terms for kinds and decisions, as a writer reads them.
import type { Example, ExampleStatus, Flag, Kind } from "../../ipc/bindings";

export const kindNames: Record<Kind, string> = {
  completion: "Whole post",
  instruction: "On request",
  question: "Question",
};

export const statusNames: Record<ExampleStatus, string> = {
  kept: "kept",
  dropped: "left out",
  flagged: "to look at",
};

export const flagNames: Record<Flag["code"], string> = {
  too_short: "Very short",
  summary_too_short: "Short for a summary",
  duplicate: "Much like another",
  truncated: "Only a preview",
};

export function standing(example: Example): { word: string; tone: "plain" | "accent" | "warn" | "off" } {
  if (example.status === "dropped") return { word: statusNames.dropped, tone: "off" };
  if (example.held_out) return { word: "held out", tone: "accent" };
  if (example.status === "flagged") return { word: statusNames.flagged, tone: "warn" };
  return { word: example.edited ? "edited" : statusNames.kept, tone: "plain" };
}
