// A FAKE, for development and screenshots only: the comparison of two texts, by sentences.
import type { DiffPart } from "../ipc/bindings";

/** Longest common run of sentences: enough to look like the real thing. */
export function diff(a: string, b: string): DiffPart[] {
  const cut = (text: string) => text.match(/[^.?!\n]+[.?!]*\s*|\n+/g) ?? [];
  const [left, right] = [cut(a), cut(b)];
  const best = Array.from({ length: left.length + 1 }, () => new Array<number>(right.length + 1).fill(0));
  const at = (i: number, j: number) => best[i]?.[j] ?? 0;
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1) (best[i] as number[])[j] = left[i] === right[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: DiffPart[] = [];
  const add = (side: DiffPart["side"], text: string) => {
    const last = parts.at(-1);
    if (last?.side === side) last.text += text;
    else parts.push({ side, text });
  };
  for (let i = 0, j = 0; i < left.length || j < right.length; ) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      add("same", left[i++] ?? "");
      j += 1;
    } else if (j >= right.length || (i < left.length && at(i + 1, j) >= at(i, j + 1))) add("only_post", left[i++] ?? "");
    else add("only_example", right[j++] ?? "");
  }
  return parts;
}
