// The field's terms for kinds and decisions, as a writer reads them.
import type { Example, ExampleStatus, FlagCode, Kind } from "../../ipc/bindings";

export const kindNames: Record<Kind, string> = {
  completion: "Whole post",
  instruction: "On request",
  question: "Question",
  section: "Section",
  continue: "Going on",
  brief: "From notes",
  rewrite: "From plain words",
  imported: "From a file",
};

export const statusNames: Record<ExampleStatus, string> = {
  kept: "kept",
  dropped: "left out",
  flagged: "to look at",
};

/** Short, for a row of the list; a check's own title and sentence come with it from Rust. */
export const flagNames: Record<FlagCode, string> = {
  too_short: "Very short",
  summary_too_short: "Short for a summary",
  duplicate: "Same as another",
  near_duplicate: "Much like another",
  mostly_quotation: "Mostly quotation",
  mostly_list: "Mostly lists",
  mostly_links: "Mostly links",
  other_language: "Another language",
  truncated: "Only a preview",
  guest_post: "Another author",
  boilerplate: "Stands everywhere",
  drafted_here: "Drafted here",
  personal_data: "Personal details",
  gives_answer_away: "Prompt tells all",
  contradictory: "Contradicts another",
  too_long: "Too long",
};

export type Standing = { word: string; tone: "plain" | "accent" | "warn" | "off" };

export function standing(example: Pick<Example, "status" | "held_out" | "edited">, on = true): Standing {
  if (example.status === "dropped") return { word: statusNames.dropped, tone: "off" };
  if (example.held_out) return { word: "held out", tone: "accent" };
  // Nothing is learned from it, whatever is decided on it.
  if (!on) return { word: "kind is off", tone: "plain" };
  if (example.status === "flagged") return { word: statusNames.flagged, tone: "warn" };
  return { word: example.edited ? "edited" : statusNames.kept, tone: "plain" };
}
