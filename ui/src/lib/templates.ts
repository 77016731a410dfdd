// What a template may hold, and how a preset changes when one of its templates is edited.
import type { Gives, Kind, Preset, Template } from "../ipc/bindings";

export type Placeholder = { name: string; gives: string };

const everywhere: Placeholder[] = [
  { name: "{title}", gives: "the post's title" },
  { name: "{title_lower}", gives: "the title in lower case" },
  { name: "{subtitle}", gives: "its subtitle" },
  { name: "{date}", gives: "when it was published" },
  { name: "{opening}", gives: "how the post begins" },
];
const ofKind: Partial<Record<Kind, Placeholder[]>> = {
  section: [{ name: "{heading}", gives: "the section's heading" }],
  continue: [{ name: "{beginning}", gives: "what stands before" }],
  brief: [{ name: "{notes}", gives: "notes of what the post says" }],
  rewrite: [{ name: "{plain}", gives: "a plain paraphrase of the paragraph" }],
};

/** Placeholders that mean something for a kind; its own first. */
export function placeholdersOf(kind: Kind): Placeholder[] {
  return [...(ofKind[kind] ?? []), ...everywhere];
}

export const givesWords: Record<Gives, string> = {
  whole: "gives the whole post", first_three: "gives its first three paragraphs", sections: "gives each section",
  rest: "gives what follows", paragraphs: "gives each paragraph", as_imported: "gives what the file says",
};

/** A placeholder put where the cursor is; what was chosen makes way for it. */
export function insertAt(text: string, from: number, to: number, piece: string): { text: string; caret: number } {
  return { text: text.slice(0, from) + piece + text.slice(to), caret: from + piece.length };
}

export function changeTemplate(preset: Preset, id: string, part: Partial<Template>): Preset {
  return { ...preset, templates: preset.templates.map((template) => (template.id === id ? { ...template, ...part } : template)) };
}

/** The template as it comes with the app, where it does. */
export function madeTemplate(presets: readonly Preset[], id: string): Template | null {
  for (const preset of presets) {
    const found = preset.built_in ? preset.templates.find((template) => template.id === id) : undefined;
    if (found) return found;
  }
  return null;
}

export function sameWords(a: Template, b: Template): boolean {
  return a.prompt === b.prompt && a.lead_prompt === b.lead_prompt;
}

export function byKind(templates: readonly Template[]): [Kind, Template[]][] {
  const kinds = new Map<Kind, Template[]>();
  for (const template of templates) kinds.set(template.kind, [...(kinds.get(template.kind) ?? []), template]);
  return [...kinds];
}

/** How a run learns from a preset, in plain words. */
export function mannerWords({ order, training: t }: Preset): string[] {
  const times = t.epochs === 1 ? "once" : t.epochs === 2 ? "twice" : `${t.epochs} times`;
  return [
    order === "once_per_post" ? "In each pass every post is learned from once, its forms taking turns." : "In each pass every example is learned from, in the order of the file.",
    `The model goes through them ${times}, ${t.batch_size} at a time${t.manner.decay === "linear" ? ", and takes smaller steps towards the end" : ", with steps that stay the same"}.`,
    t.manner.end_mark ? "Every text ends with an end mark, so that the model learns to stop." : "No text has an end mark, so the model does not learn where to stop.",
  ];
}
