// The arithmetic and the sentences of the statistics; the drawing is views/examples/statistics.
import type { DatasetStatistics } from "../ipc/bindings";
import { count, decimals, percent, plural } from "./format";

type Month = DatasetStatistics["months"][number];
type Length = DatasetStatistics["lengths"][number];
type Exposure = DatasetStatistics["exposures"][number];
type Pair = DatasetStatistics["duplicates"][number];

const names = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/** "2026-03" → "March 2026" */
export function monthName(month: string): string {
  const [year, at] = month.split("-");
  return `${names[Number(at) - 1] ?? month} ${year ?? ""}`.trim();
}

/** Every month from the first to the last, so that a silence shows as one. */
export function everyMonth(months: readonly Month[]): Month[] {
  const known = new Map(months.map((m) => [m.month, m]));
  const at = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
  const places = months.map((m) => at(m.month)).filter(Number.isFinite);
  if (places.length === 0) return [];
  const all: Month[] = [];
  for (let i = Math.min(...places); i <= Math.max(...places); i += 1) {
    const month = `${Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, "0")}`;
    all.push(known.get(month) ?? { month, posts: 0, words: 0, held_out: 0 });
  }
  return all;
}

export function monthsSentence(months: readonly Month[]): string {
  const busiest = months.reduce<Month | null>((most, m) => (most === null || m.posts > most.posts ? m : most), null);
  const silent = months.filter((m) => m.posts === 0).length;
  if (busiest === null) return "No post has a date yet.";
  const most = `Most in ${monthName(busiest.month)}, with ${plural(busiest.posts, "post")}`;
  return silent === 0 ? `${most}.` : `${most}; ${plural(silent, "month")} without one.`;
}

export function lengthName({ from, to }: Length): string {
  return to === null ? `${count(from)}+` : `${count(from)}–${count(to)}`;
}

/** Where the model's limit falls, in bars from the left; nothing when no example comes near it. */
export function limitAt(lengths: readonly Length[], longest: number | null): number | null {
  if (longest === null) return null;
  const at = lengths.findIndex(({ from, to }) => longest >= from && (to === null || longest <= to));
  const bin = lengths[at];
  if (bin === undefined) return null;
  return bin.to === null ? at : at + (longest - bin.from) / Math.max(1, bin.to - bin.from + 1);
}

export function lengthsSentence(lengths: readonly Length[], unit: "tokens" | "words", longest: number | null): string {
  const all = lengths.reduce((sum, bin) => sum + bin.examples, 0);
  if (unit === "words") return `The lengths of ${plural(all, "example")} in words; tokens are counted once the model is here.`;
  if (longest === null) return `The lengths of ${plural(all, "example")} in tokens.`;
  const over = lengths.filter((bin) => bin.from > longest).reduce((sum, bin) => sum + bin.examples, 0);
  const limit = `The model takes ${count(longest)} tokens at once`;
  // In the bar the limit falls into, nobody can tell from here which are longer.
  const unsure = lengths.some((bin) => bin.examples > 0 && bin.from <= longest && (bin.to === null || bin.to > longest));
  if (over === 0) return unsure ? `${limit}; nearly every example fits.` : `${limit}; every example fits.`;
  const are = over === 1 && !unsure ? "is" : "are";
  return `${limit}; ${unsure ? "at least " : ""}${plural(over, "example")} ${are} longer and ${are} cut at a paragraph.`;
}

/** More than this often in a pass stands out. */
const often = 1.25;

export function standOut(exposures: readonly Exposure[]): Exposure[] {
  return exposures.filter((e) => !e.held_out && e.exposure > often).sort((a, b) => b.exposure - a.exposure);
}

/** Things on a line as sand would lie: those of the same place stand on each other. Gives each one's column and level. */
export function heap(places: readonly number[], grain: number): { column: number; level: number }[] {
  const heights = new Map<number, number>();
  return places.map((place) => {
    const column = Math.round(place / grain);
    const level = heights.get(column) ?? 0;
    heights.set(column, level + 1);
    return { column, level };
  });
}

export function exposureSentence(exposures: readonly Exposure[]): string {
  const trained = exposures.filter((e) => !e.held_out);
  if (trained.length === 0) return "No post is learned from yet.";
  const mean = trained.reduce((sum, e) => sum + e.exposure, 0) / trained.length;
  const out = standOut(exposures).length;
  const on = mean >= 0.95 && mean <= 1.05 ? "Each sentence is learned from about once per pass" : `Each sentence is learned from ${decimals(mean, 1)} times per pass, on average`;
  return out === 0 ? `${on}, whichever post it stands in.` : `${on}; ${plural(out, "post")} ${out === 1 ? "comes" : "come"} more often and will sound through.`;
}

export function duplicatesSentence(pairs: readonly Pair[]): string {
  if (pairs.length === 0) return "No two posts share much text.";
  const across = pairs.filter((pair) => !pair.same_side).length;
  const shared = `${pairs.length === 1 ? "One pair of posts shares" : `${count(pairs.length)} pairs of posts share`} text`;
  if (across === 0) return `${shared}, none across the line between what is learned and what is held out.`;
  return `${shared}; ${across === 1 ? "one pair has a part" : `${count(across)} have a part`} that is learned and one that is held out, which makes the test easier than it should be.`;
}

export function pairWords({ a, b, share, same_side }: Pair): string {
  return `“${a}” and “${b}” share ${percent(share)}${same_side ? "" : ", one learned from, one held out"}.`;
}

/** Round numbers for an axis from 0, at most four. */
export function ticksTo(most: number): number[] {
  if (!(most > 0)) return [];
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? power * 10);
  const ticks: number[] = [];
  for (let n = step; n <= most; n += step) ticks.push(n);
  return ticks;
}
