// Going through what is to look at, one at a time: its keys, and the queue. A queue never changes; each step makes a new one.
import { isTyping } from "./keys";

export type TriageDeed = "keep" | "drop" | "edit" | "skip" | "previous" | "undo" | "compare";

const keys: Record<string, TriageDeed> = {
  k: "keep", d: "drop", e: "edit", u: "undo", s: "skip", v: "compare",
  arrowright: "skip", arrowleft: "previous",
};

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">;

/** One key, one decision. Letters are read without modifiers, so that shortcuts of the window stay free. */
export function deedOf(press: KeyPress): TriageDeed | null {
  if (press.ctrlKey || press.metaKey || press.altKey || isTyping(press.target)) return null;
  return keys[press.key.toLowerCase()] ?? null;
}

/** Where to stand after a step in a list: inside it. */
export function after(index: number, total: number, step: "next" | "previous" | "stay"): number {
  const to = index + { next: 1, previous: -1, stay: 0 }[step];
  return Math.max(0, Math.min(to, Math.max(0, total - 1)));
}

export type Decision = "kept" | "dropped";

export type Queue = {
  /** Everything to look at in this sitting, decided or not. */
  ids: readonly number[];
  decided: ReadonlyMap<number, Decision>;
  /** Where one stands; past the end when all is done. */
  at: number;
};

export const noQueue: Queue = { ids: [], decided: new Map(), at: 0 };

/** A queue of what waits now. What was decided in this sitting stays in it, so that one can go back and the bar does not jump. */
export function queueOf(waiting: readonly number[], stoppedAt: number | null, before: Queue = noQueue): Queue {
  const waits = new Set(waiting);
  const decided = new Map([...before.decided].filter(([id]) => !waits.has(id)));
  const ids = [...before.ids.filter((id) => decided.has(id)), ...waiting];
  const stopped = stoppedAt === null ? -1 : ids.indexOf(stoppedAt);
  const queue = { ids, decided, at: stopped >= 0 ? stopped : 0 };
  return { ...queue, at: nextOpen(queue, queue.at) };
}

/** The first that has no decision, from this place on and then from the top: what was skipped comes again. */
function nextOpen({ ids, decided }: Queue, from: number): number {
  for (let i = 0; i < ids.length; i += 1) {
    const at = (from + i) % ids.length;
    if (!decided.has(ids[at] as number)) return at;
  }
  return ids.length;
}

export function currentOf(queue: Queue): number | null {
  return queue.ids[queue.at] ?? null;
}

export function decide(queue: Queue, id: number, decision: Decision): Queue {
  const decided = new Map(queue.decided).set(id, decision);
  return { ...queue, decided, at: nextOpen({ ...queue, decided }, queue.at + 1) };
}

/** On without a decision: to the next that has none. */
export function skip(queue: Queue): Queue {
  return queue.ids.length === 0 ? queue : { ...queue, at: nextOpen(queue, queue.at + 1) };
}

/** One back, decided or not. */
export function back(queue: Queue): Queue {
  return { ...queue, at: Math.max(0, queue.at - 1) };
}

/** A decision was taken back: one stands on it again. */
export function reopen(queue: Queue, id: number): Queue {
  const at = queue.ids.indexOf(id);
  if (at < 0) return queue;
  const decided = new Map(queue.decided);
  decided.delete(id);
  return { ...queue, decided, at };
}

export function progressOf({ ids, decided }: Queue): { decided: number; all: number; left: number; share: number } {
  const all = ids.length;
  return { decided: decided.size, all, left: all - decided.size, share: all === 0 ? 1 : decided.size / all };
}
