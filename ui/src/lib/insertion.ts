// How a suggestion enters a text: as paragraphs of its own, touching nothing that is there.
export function insertion(before: string, after: string, suggestion: string): string {
  const text = suggestion.trim();
  if (text === "") return "";
  const head = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return head + text + tail;
}
