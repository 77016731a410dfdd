// An example's text beside its post's, cut into rows at the paragraphs both share, so that what belongs together stands side by side.
import type { DiffPart } from "../ipc/bindings";
import { plural, words } from "./format";

export type Piece = { text: string; only: boolean };
export type DiffRow = { post: Piece[]; example: Piece[] };

export function rowsOf(parts: readonly DiffPart[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let row: DiffRow = { post: [], example: [] };
  const close = () => {
    if (row.post.length + row.example.length > 0) rows.push(row);
    row = { post: [], example: [] };
  };
  for (const { side, text } of parts) {
    if (side === "only_post") row.post.push({ text, only: true });
    else if (side === "only_example") row.example.push({ text, only: true });
    else {
      text.split(/\n{2,}/).forEach((paragraph, i) => {
        if (i > 0) close();
        if (paragraph === "") return;
        row.post.push({ text: paragraph, only: false });
        row.example.push({ text: paragraph, only: false });
      });
    }
  }
  close();
  return rows;
}

/** What the pictures of the two texts say, in a sentence. */
export function diffSentence(parts: readonly DiffPart[]): string {
  const of = (side: DiffPart["side"]) => parts.filter((part) => part.side === side).reduce((sum, part) => sum + words(part.text), 0);
  const [gone, added] = [of("only_post"), of("only_example")];
  if (gone === 0 && added === 0) return "The example has every word of the post, and no other.";
  if (added === 0) return `${plural(gone, "word")} of the post ${gone === 1 ? "is" : "are"} not in the example.`;
  if (gone === 0) return `The example has ${plural(added, "word")} that ${added === 1 ? "is" : "are"} not in the post.`;
  return `${plural(gone, "word")} of the post ${gone === 1 ? "is" : "are"} not in the example, and ${count(added)} of its own ${added === 1 ? "is" : "are"} not in the post.`;
}

const count = (n: number) => (n === 1 ? "one" : n.toLocaleString("en"));
