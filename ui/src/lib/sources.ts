// What there is to say about the places posts come from.
import type { CheckBlogs, ImportReport, OutOfReach, Source } from "../ipc/bindings";
import { ago, shortAddress } from "./format";

export function sourceName(source: Source): string {
  if (source.kind === "sample") return `${source.title}, the sample blog`;
  return source.kind === "feed" ? shortAddress(source.address) : source.title || shortAddress(source.address);
}

const day = 86_400_000;
const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/** When a blog is asked again by itself: "next tomorrow"; nothing where it is not. */
export function nextCheck(source: Source, every: CheckBlogs, now: Date = new Date()): string | null {
  if (every === "off" || source.kind !== "feed") return null;
  const last = source.checked_at === null ? Number.NaN : new Date(source.checked_at).getTime();
  const due = new Date(last + (every === "daily" ? day : 7 * day));
  if (!(due > now)) return "next soon"; // also where it was never checked
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate());
  const days = Math.floor((due.getTime() - midnight.getTime()) / day);
  if (days === 0) return "next today";
  return days === 1 ? "next tomorrow" : `next on ${weekdays[due.getDay()] ?? ""}`;
}

/** "checked 2 h ago · next tomorrow" */
export function checks(source: Source, every: CheckBlogs, now: Date = new Date()): string {
  if (source.kind !== "feed") return "";
  const last = source.checked_at === null ? "not checked yet" : `checked ${ago(source.checked_at, now)}`;
  return [last, nextCheck(source, every, now)].filter(Boolean).join(" · ");
}

/** What of a blog is not here: still to come, or out of reach. */
export type Missing = { kind: "waiting" | "reach"; source: Source; missing: number; all: number };

export function missing(source: Source): Missing | null {
  const all = Math.max(source.site_posts ?? 0, source.posts + source.waiting + source.out_of_reach);
  if (source.waiting > 0) return { kind: "waiting", source, missing: source.waiting, all };
  // Some sites count more posts than they list; no address is known for those.
  const away = Math.max(source.out_of_reach, (source.site_posts ?? 0) - source.posts);
  return away > 0 ? { kind: "reach", source, missing: away, all } : null;
}

/** The first blog that something is missing of; what can still come goes before what cannot. */
export function mostMissing(sources: Source[], dismissed: (missing: Missing) => boolean = () => false): Missing | null {
  const found = sources.map(missing).filter((m) => m !== null).filter((m) => !dismissed(m));
  return found.find((m) => m.kind === "waiting") ?? found[0] ?? null;
}

/** The name under which a note about missing posts is put away. */
export function dismissalOf(kind: Missing["kind"], source: number): string {
  return `${kind} ${source}`;
}

/** The commonest reason first. */
export function byReason(list: OutOfReach[]): { reason: string; urls: string[] }[] {
  const groups: Record<string, string[]> = {};
  for (const { reason, url } of list) (groups[reason] ??= []).push(url);
  return Object.entries(groups)
    .map(([reason, urls]) => ({ reason, urls }))
    .sort((a, b) => b.urls.length - a.urls.length);
}

/** Several imports that were asked for at once, told as one. */
export function together(reports: ImportReport[]): ImportReport | null {
  const [first, ...rest] = reports;
  if (first === undefined || rest.length === 0) return first ?? null;
  const sum = (of: (report: ImportReport) => number) => reports.reduce((all, report) => all + of(report), 0);
  return {
    ...first,
    source: (reports.find((r) => r.waiting > 0) ?? first).source,
    title: [...new Set(reports.map((r) => r.title))].join(", "),
    posts: sum((r) => r.posts), new: sum((r) => r.new), changed: sum((r) => r.changed), unchanged: sum((r) => r.unchanged),
    unpublished: sum((r) => r.unpublished), waiting: sum((r) => r.waiting),
    skipped: reports.flatMap((r) => r.skipped),
    interrupted: reports.find((r) => r.interrupted !== null)?.interrupted ?? null,
    notes: [...new Set(reports.flatMap((r) => r.notes))],
    message: reports.map((r) => `${r.title}: ${r.message}`).join(" "),
  };
}

/** What a report says beside its message, which may hold the reason of an interruption already. */
export function remarks(report: ImportReport): string[] {
  const { interrupted, message, notes } = report;
  return [...(interrupted !== null && !message.includes(interrupted) ? [interrupted] : []), ...notes];
}
