import { describe, expect, it } from "vitest";
import { after, back, currentOf, decide, deedOf, progressOf, queueOf, reopen, skip } from "./triage";

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  deedOf({ key, ctrlKey: false, metaKey: false, altKey: false, target: document.body, ...more });

describe("triage keys", () => {
  it.each([
    ["k", "keep"], ["K", "keep"], ["d", "drop"], ["e", "edit"], ["s", "skip"], ["v", "compare"], ["u", "undo"],
    ["ArrowRight", "skip"], ["ArrowLeft", "previous"], ["ArrowDown", null], ["x", null],
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

describe("the queue", () => {
  const fresh = queueOf([11, 12, 13], null);

  it("counts what is decided of all there is to look at", () => {
    expect(progressOf(fresh)).toEqual({ decided: 0, all: 3, left: 3, share: 0 });
    const one = decide(fresh, 11, "kept");
    expect(progressOf(one)).toMatchObject({ decided: 1, left: 2 });
    expect(currentOf(one)).toBe(12);
  });

  it("brings what was skipped again, after the rest", () => {
    let queue = skip(fresh);
    expect(currentOf(queue)).toBe(12);
    queue = decide(decide(queue, 12, "kept"), 13, "dropped");
    expect(currentOf(queue)).toBe(11);
    expect(progressOf(queue).decided).toBe(2);
    expect(currentOf(skip(queue))).toBe(11);
  });

  it("ends when all is decided, and goes back from there", () => {
    const done = [11, 12, 13].reduce((queue, id) => decide(queue, id, "kept"), fresh);
    expect(currentOf(done)).toBeNull();
    expect(progressOf(done).share).toBe(1);
    expect(currentOf(back(done))).toBe(13);
    expect(currentOf(skip(done))).toBeNull();
  });

  it("resumes where it stopped, or at the top when that one is gone", () => {
    expect(currentOf(queueOf([11, 12, 13], 13))).toBe(13);
    expect(currentOf(queueOf([11, 12, 13], 99))).toBe(11);
  });

  it("keeps this sitting's decisions when it is made again, unless they were taken back elsewhere", () => {
    const one = decide(fresh, 11, "kept");
    expect(progressOf(queueOf([12, 13, 14], 12, one))).toMatchObject({ decided: 1, all: 4 });
    expect(progressOf(queueOf([11, 12, 13], 12, one))).toMatchObject({ decided: 0, all: 3 });
  });

  it("stands again on a decision that was taken back", () => {
    const two = decide(decide(fresh, 11, "kept"), 12, "dropped");
    const undone = reopen(two, 11);
    expect(currentOf(undone)).toBe(11);
    expect(progressOf(undone).decided).toBe(1);
    expect(reopen(two, 99)).toBe(two);
  });

  it("is done from the start when there is nothing", () => expect(currentOf(skip(queueOf([], null)))).toBeNull());
});
