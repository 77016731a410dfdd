import { undo } from "@codemirror/commands";
import { expect, it, vi } from "vitest";
import { createEditor, insertSuggestion } from "./editor";

function open(doc: string) {
  const onchange = vi.fn();
  // Outside the page: the simulated page answers a focused selection in the middle of an update, a real one later.
  const view = createEditor(document.createElement("div"), { doc, onchange, onask: () => undefined });
  view.dispatch({ selection: { anchor: doc.length } });
  return { view, onchange };
}

it("undo takes back exactly the suggestion, not the typing before it", () => {
  const { view, onchange } = open("Mine.");
  view.dispatch({ changes: { from: 5, insert: " Typed." }, selection: { anchor: 12 }, userEvent: "input.type" });
  insertSuggestion(view, "Theirs.");
  expect(view.state.doc.toString()).toBe("Mine. Typed.\n\nTheirs.");
  expect(onchange).toHaveBeenLastCalledWith("Mine. Typed.\n\nTheirs.");
  undo(view);
  expect(view.state.doc.toString()).toBe("Mine. Typed.");
});

it("overwrites nothing, not even a selection", () => {
  const { view } = open("Keep all of this.");
  view.dispatch({ selection: { anchor: 0, head: 17 } });
  insertSuggestion(view, "New.");
  expect(view.state.doc.toString()).toBe("Keep all of this.\n\nNew.");
});

it("tints what the model wrote", () => {
  const { view } = open("");
  insertSuggestion(view, "Theirs.");
  expect(view.dom.querySelector(".cm-from-model")?.textContent).toBe("Theirs.");
});
