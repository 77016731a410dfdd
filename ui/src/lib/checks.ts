// The checks as the author meets them: those that found something, and the others folded away.
import type { CheckCount } from "../ipc/bindings";
import { count } from "./format";

export type Sorted = { found: CheckCount[]; nothing: CheckCount[] };

/** What waits for a word comes first, then what found most. */
export function sortChecks(checks: readonly CheckCount[]): Sorted {
  const found = checks.filter((check) => check.examples > 0);
  return {
    found: found.sort((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0) || b.waiting - a.waiting || b.examples - a.examples),
    nothing: checks.filter((check) => check.examples === 0),
  };
}

export function foundNothing(many: number): string {
  return many === 1 ? "1 check found nothing" : `${count(many)} checks found nothing`;
}
