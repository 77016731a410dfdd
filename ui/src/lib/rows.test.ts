import { describe, expect, it } from "vitest";
import { around, gapIn, wholeRows } from "./rows";

describe("rows around those in sight", () => {
  it.each([
    [{ from: 0, to: 10 }, 10_000, { from: 0, to: 100 }],
    [{ from: 480, to: 495 }, 10_000, { from: 400, to: 600 }],
    [{ from: 9_990, to: 10_000 }, 10_000, { from: 9_900, to: 10_000 }],
    [{ from: 0, to: 3 }, 3, { from: 0, to: 3 }],
  ])("%j of %d", (sight, total, wanted) => expect(around(sight, total, 100)).toEqual(wanted));
});

describe("what is missing", () => {
  const here = (...indexes: number[]) => (index: number) => indexes.includes(index);
  it("is one stretch, however many holes it has", () => {
    expect(gapIn({ from: 0, to: 6 }, here(0, 1, 3, 5))).toEqual({ from: 2, to: 5 });
    expect(gapIn({ from: 0, to: 3 }, here())).toEqual({ from: 0, to: 3 });
  });
  it("is nothing when all is here, or nothing is wanted", () => {
    expect(gapIn({ from: 1, to: 3 }, here(1, 2))).toBeNull();
    expect(gapIn({ from: 4, to: 4 }, here())).toBeNull();
  });
});

describe("a list that is here as a whole", () => {
  it("finds rows by place and by id", () => {
    const rows = wholeRows([{ id: 7 }, { id: 9 }]);
    expect([rows.total, rows.at(1)?.id, rows.at(2), rows.indexOf(9), rows.indexOf(1)]).toEqual([2, 9, undefined, 1, -1]);
  });
});
