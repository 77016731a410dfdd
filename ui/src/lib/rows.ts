// A long list of which only a part need be here: what VirtualRows draws from.
export interface Rows<T extends { id: number }> {
  /** How many rows there are, here or not. */
  readonly total: number;
  /** Changes with the rows, where the list itself stays the same. */
  readonly version?: number;
  /** The row at this place; nothing while it is not here. */
  at(index: number): T | undefined;
  /** The place of a row that is here, or -1. */
  indexOf(id: number): number;
  /** Says which rows are in sight, from the first to before the last, so that they can be fetched. */
  see?(first: number, last: number): void;
}

/** A list that is here as a whole. */
export function wholeRows<T extends { id: number }>(items: readonly T[]): Rows<T> {
  return { total: items.length, at: (index) => items[index], indexOf: (id) => items.findIndex((item) => item.id === id) };
}

export type Range = { from: number; to: number };

/** The rows to have around those in sight: some before and behind, in whole steps, inside the list. */
export function around({ from, to }: Range, total: number, step: number): Range {
  return {
    from: Math.max(0, Math.floor((from - step / 2) / step) * step),
    to: Math.min(total, Math.ceil((to + step / 2) / step) * step),
  };
}

/** The one stretch to ask for so that nothing in the range is missing; nothing when all of it is here. */
export function gapIn({ from, to }: Range, has: (index: number) => boolean): Range | null {
  let first = from;
  while (first < to && has(first)) first += 1;
  if (first >= to) return null;
  let last = to;
  while (last > first && has(last - 1)) last -= 1;
  return { from: first, to: last };
}
