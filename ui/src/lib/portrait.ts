// Sentences about a portrait, each said only when the numbers hold it.
import type { MarkRate, Portrait } from "../ipc/bindings";
import { count, percent } from "./format";

export function headline(p: Portrait): string {
  const mean = Math.round(p.mean_sentence_words);
  const short = shareUpTo(p, 8);
  const long = shareFrom(p, 30);
  const start = `Your sentences run to ${count(mean)} words`;
  if (short >= 0.3) return `${start} on average, and nearly ${fraction(short)} of them stop before the ninth.`;
  if (long >= 0.25) return `${start} on average, and about ${fraction(long)} go on past thirty.`;
  return `${start}, give or take; few are very short and few very long.`;
}

export function shareUpTo(p: Portrait, words: number): number {
  return p.sentence_lengths.filter((bin) => bin.to <= words).reduce((sum, bin) => sum + bin.share, 0);
}

export function shareFrom(p: Portrait, words: number): number {
  return p.sentence_lengths.filter((bin) => bin.from >= words).reduce((sum, bin) => sum + bin.share, 0);
}

function fraction(share: number): string {
  const named: [number, string][] = [[0.25, "a quarter"], [1 / 3, "a third"], [0.4, "two fifths"], [0.5, "half"], [0.6, "three fifths"]];
  const near = named.find(([of]) => Math.abs(of - share) < 0.035);
  return near?.[1] ?? percent(share);
}

/** The marks furthest from what others do, one either way; rare ones say nothing. Null when nothing stands out. */
export function markHabit(marks: MarkRate[]): string | null {
  const compared = marks
    .filter((m): m is MarkRate & { others: number } => m.others !== null && m.others > 0 && Math.max(m.per_thousand, m.others) >= 2)
    .map((m) => ({ name: manyOf(m.name), times: m.per_thousand / m.others }))
    .sort((a, b) => b.times - a.times);
  const most = compared[0];
  const least = compared.at(-1);
  const more = most !== undefined && most.times >= 1.4 ? `${times(most.times)} as many ${most.name} as others use` : null;
  const fewer = least !== undefined && least.times <= 0.6 ? `far fewer ${least.name}` : null;
  if (more !== null) return fewer === null ? `${more}.` : `${more}, and ${fewer}.`;
  return fewer === null ? null : `F${fewer.slice(1)} than others use.`;
}

/** A mark's name for more than one of it. */
export function manyOf(name: string): string {
  const irregular: Record<string, string> = { parenthesis: "parentheses", ellipsis: "ellipses", slash: "slashes", "em dash": "em dashes", "en dash": "en dashes", italics: "italics", bold: "bold words" };
  return irregular[name] ?? `${name}s`;
}

export function times(n: number): string {
  if (n >= 1.8 && n < 2.3) return "Twice";
  if (n >= 2.7 && n < 3.4) return "Three times";
  if (n >= 3.6 && n < 4.5) return "Four times";
  return `${n.toFixed(n < 10 ? 1 : 0)} times`;
}
