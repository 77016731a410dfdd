import { describe, expect, it } from "vitest";
import { after, deedOf } from "./triage";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  deedOf({ key, ctrlKey: false, metaKey: false, altKey: false, target: document.body, ...more });

describe("triage keys", () => {
  it.each([
    ["k", "keep"], ["K", "keep"], ["d", "drop"], ["e", "edit"], ["u", "undo"], ["ArrowRight", "next"], ["ArrowUp", "previous"], ["x", null],
  ])("%s", (key, deed) => expect(press(key)).toBe(deed));

  it("leaves the window's shortcuts alone", () => {
    expect(press("k", { ctrlKey: true })).toBeNull();
    expect(press("k", { metaKey: true })).toBeNull();
  });

  it("decides nothing while a text is typed", () => {
    const field = document.createElement("textarea");
    expect(press("d", { target: field })).toBeNull();
    const box = Object.assign(document.createElement("input"), { type: "checkbox" });
    expect(press("d", { target: box })).toBe("drop");
  });
});

describe("where to stand next", () => {
  it("stays inside the list", () => {
    expect([after(0, 3, "next"), after(2, 3, "next"), after(0, 3, "previous"), after(0, 0, "next")]).toEqual([1, 2, 0, 0]);
  });
});
