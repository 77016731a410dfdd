// The CodeMirror editor: Markdown source, set in the book face.
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { markdownKeymap, markdownLanguage } from "@codemirror/lang-markdown";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorState, StateEffect, StateField, type Extension } from "@codemirror/state";
import { Decoration, drawSelection, EditorView, keymap, placeholder, type DecorationSet } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";
import { insertion } from "./insertion";

const look = EditorView.theme({
  "&": { fontSize: "var(--reading)", background: "transparent", color: "var(--ink)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--book)", lineHeight: "1.65", overflow: "visible" },
  ".cm-content": { padding: "0 0 40vh", caretColor: "var(--accent)", fontVariantNumeric: "oldstyle-nums" },
  ".cm-line": { padding: "0" },
  ".cm-cursor": { borderLeft: "2px solid var(--accent)", marginLeft: "-1px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 24%, transparent)",
  },
  ".cm-placeholder": { color: "var(--ink-2)", fontStyle: "italic" },
  ".cm-from-model": { background: "var(--tint)", borderRadius: "3px", boxDecorationBreak: "clone", padding: "0.04em 0" },
});

const marks = HighlightStyle.define([
  { tag: t.heading1, fontWeight: "600", fontSize: "1.3em" },
  { tag: t.heading2, fontWeight: "600", fontSize: "1.15em" },
  { tag: t.heading, fontWeight: "600" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "650" },
  { tag: t.strikethrough, textDecoration: "line-through" },
  { tag: t.quote, color: "var(--ink-2)" },
  { tag: t.link, color: "var(--accent)" },
  { tag: t.url, color: "var(--ink-2)" },
  { tag: t.monospace, fontFamily: "var(--mono)", fontSize: "0.86em" },
  { tag: [t.processingInstruction, t.contentSeparator, t.labelName], color: "var(--ink-2)", fontWeight: "400" },
]);

// What the model wrote stays tinted while the draft is open; typing inside it is the author's own.
const tint = StateEffect.define<{ from: number; to: number }>();
const fromModel = Decoration.mark({ class: "cm-from-model", inclusive: false });

const tinted = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(set, transaction) {
    let now = set.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (effect.is(tint)) now = now.update({ add: [fromModel.range(effect.value.from, effect.value.to)], sort: true });
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export type EditorOptions = { doc: string; onchange: (doc: string) => void; onask: () => void; extra?: Extension };

export function createEditor(parent: HTMLElement, { doc, onchange, onask, extra = [] }: EditorOptions): EditorView {
  const state = EditorState.create({
    doc,
    selection: { anchor: doc.length },
    extensions: [
      history(),
      drawSelection(),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ "aria-label": "The text", spellcheck: "true", autocorrect: "on", autocapitalize: "sentences" }),
      placeholder("Write, or ask for a draft beside."),
      keymap.of([
        { key: "Ctrl-Space", run: () => (onask(), true) },
        // Esc belongs to the window: one step out.
        ...[...markdownKeymap, ...historyKeymap, ...defaultKeymap].filter((binding) => binding.key !== "Escape"),
      ]),
      markdownLanguage,
      syntaxHighlighting(marks),
      tinted,
      look,
      EditorView.updateListener.of((update) => {
        if (update.docChanged) onchange(update.state.doc.toString());
      }),
      extra,
    ],
  });
  return new EditorView({ state, parent });
}

/** Puts a suggestion in at the cursor, as one step that undo takes back. */
export function insertSuggestion(view: EditorView, suggestion: string): void {
  const at = view.state.selection.main.to;
  const text = insertion(view.state.sliceDoc(0, at), view.state.sliceDoc(at), suggestion);
  if (text === "") return;
  const from = at + (text.length - text.trimStart().length);
  const to = at + text.trimEnd().length;
  view.dispatch({
    changes: { from: at, insert: text },
    selection: { anchor: to },
    effects: tint.of({ from, to }),
    annotations: isolateHistory.of("full"),
    userEvent: "input.suggestion",
    scrollIntoView: true,
  });
  view.focus();
}
