// One key, one decision. Letters are read without modifiers, so that shortcuts of the window stay free.
export type TriageDeed = "keep" | "drop" | "edit" | "undo" | "next" | "previous";

const keys: Record<string, TriageDeed> = {
  k: "keep", d: "drop", e: "edit", u: "undo",
  arrowright: "next", arrowdown: "next", arrowleft: "previous", arrowup: "previous",
};

export type KeyPress = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "target">;

export function deedOf(press: KeyPress): TriageDeed | null {
  if (press.ctrlKey || press.metaKey || press.altKey || isTyping(press.target)) return null;
  return keys[press.key.toLowerCase()] ?? null;
}

/** Whether a key goes into a text just now. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input:not([type=checkbox]):not([type=radio]), textarea, select");
}

/** Where to stand after a decision: the next one, or the last when there is none. */
export function after(index: number, total: number, deed: "next" | "previous" | "stay"): number {
  const to = index + { next: 1, previous: -1, stay: 0 }[deed];
  return Math.max(0, Math.min(to, Math.max(0, total - 1)));
}
