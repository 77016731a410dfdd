// Which examples to see: what is chosen beside the list, as a question to Rust and in words.
import type { ExampleQuery, ExampleRow, ExampleStatus, FlagCode, Kind } from "../ipc/bindings";
import { count } from "./format";

export type StatusFilter = "all" | ExampleStatus;
export type Filters = { status: StatusFilter; kind: Kind | null; post: number | null; flag: FlagCode | null; heldOut: boolean | null; search: string };

export const noFilters: Filters = { status: "all", kind: null, post: null, flag: null, heldOut: null, search: "" };

/** The question; without a place it means every example the filters find. */
export function queryOf(filters: Filters, offset: number | null = null, limit: number | null = null): ExampleQuery {
  return {
    kind: filters.kind, status: filters.status === "all" ? null : filters.status, post: filters.post, flag: filters.flag,
    // What is kept is learned from; held-out posts have a filter of their own.
    flagged: null, held_out: filters.heldOut ?? (filters.status === "kept" ? false : null),
    // The counts are of kinds that are on; one that is off is looked at by choosing it.
    enabled: filters.kind === null && (filters.status !== "all" || filters.flag !== null) ? true : null,
    search: filters.search.trim() || null, cursor: offset === null ? null : String(offset), limit,
  };
}

export function isNarrow(filters: Filters): boolean {
  const { search, ...rest } = filters;
  return search.trim() !== "" || (Object.keys(rest) as (keyof typeof rest)[]).some((key) => rest[key] !== noFilters[key]);
}

/** Whether an example stays in the list after a decision. */
export function stays(filters: Filters, status: ExampleStatus): boolean {
  return filters.status === "all" || filters.status === status;
}

/** More than this many at once, and the author is asked first. */
export const many = 20;

export function bulkWords(status: "kept" | "dropped", total: number): { button: string; title: string; text: string } {
  const these = total === 1 ? "this one" : `these ${count(total)}`;
  return status === "kept"
    ? { button: `Keep ${these}`, title: `Keep ${count(total)} examples?`, text: "The model will learn from each of them. U takes it back in one step." }
    : { button: `Leave ${these} out`, title: `Leave ${count(total)} examples out?`, text: "The model will not learn from them. U takes it back in one step." };
}

/** A whole example as its row in the list. */
export function rowOf<E extends Omit<ExampleRow, "text"> & { completion: string }>(example: E): ExampleRow {
  const { id, post, post_title, kind, tokens, status, edited, held_out, flags } = example;
  return { id, post, post_title, kind, tokens, status, edited, held_out, flags, prompt: example.prompt.slice(0, 200), text: example.completion.slice(0, 300) };
}
