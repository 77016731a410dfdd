import { describe, expect, it } from "vitest";
import type { Page } from "../ipc/bindings";
import { SparseRows } from "./sparse.svelte";

type Row = { id: number; word: string };
const rows = (n: number): Row[] => Array.from({ length: n }, (_, id) => ({ id, word: `row ${id}` }));

function listOf(source: { all: Row[] }) {
  const asked: [number, number][] = [];
  const list = new SparseRows<Row>(async (offset, limit) => {
    asked.push([offset, limit]);
    return { items: source.all.slice(offset, offset + limit), next: null, total: source.all.length };
  });
  return { list, asked };
}

const settle = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

describe("a list of ten thousand", () => {
  it("knows its length at once and holds only what is near", async () => {
    const { list } = listOf({ all: rows(10_000) });
    await list.refresh();
    expect(list.total).toBe(10_000);
    expect(list.at(0)?.word).toBe("row 0");
    expect(list.held).toBeLessThanOrEqual(200);
    expect(list.at(5_000)).toBeUndefined();
  });

  it("fetches by place what comes into sight, and only that", async () => {
    const { list, asked } = listOf({ all: rows(10_000) });
    await list.refresh();
    asked.length = 0;
    list.see(5_000, 5_012);
    await settle();
    expect(list.at(5_003)?.id).toBe(5_003);
    expect(asked).toEqual([[4_900, 200]]);
  });

  it("forgets what is far away, however far one goes", async () => {
    const { list } = listOf({ all: rows(10_000) });
    await list.refresh();
    for (let at = 0; at < 10_000; at += 150) {
      list.see(at, at + 12);
      await settle();
    }
    expect(list.held).toBeLessThan(1_500);
    expect(list.at(0)).toBeUndefined();
  });

  it("skips what was only passed by while an answer was on its way", async () => {
    const answers: (() => void)[] = [];
    const asked: number[] = [];
    const list = new SparseRows<Row>((offset, limit) => {
      asked.push(offset);
      return new Promise<Page<Row>>((resolve) =>
        answers.push(() => resolve({ items: rows(10_000).slice(offset, offset + limit), next: null, total: 10_000 })),
      );
    });
    void list.refresh();
    answers[0]?.();
    await settle();
    for (const at of [1_000, 3_000, 6_000, 9_000]) list.see(at, at + 10);
    answers[1]?.();
    await settle();
    answers[2]?.();
    await settle();
    expect(asked).toEqual([0, 900, 8_900]);
  });
});

describe("a list that changes", () => {
  it("moves rows up when one is taken out, and fetches what comes in at the end", async () => {
    const source = { all: rows(300) };
    const { list } = listOf(source);
    await list.refresh();
    list.see(0, 10);
    await settle();
    source.all = source.all.filter((row) => row.id !== 4);
    const told = list.remove(4);
    await settle();
    expect([list.total, list.at(4)?.id, list.at(199)]).toEqual([299, 5, undefined]);
    told();
    await settle();
    list.see(190, 210);
    await settle();
    expect([list.at(198)?.id, list.at(199)?.id, list.at(200)?.id]).toEqual([199, 200, 201]);
    expect([list.total, list.at(4)?.id, list.at(99)?.id]).toEqual([299, 5, 100]);
  });

  it("shows a decision without asking again", async () => {
    const { list, asked } = listOf({ all: rows(10) });
    await list.refresh();
    const before = list.version;
    list.replace(3, (row) => ({ ...row, word: "kept" }));
    expect(list.at(3)?.word).toBe("kept");
    expect(list.version).toBeGreaterThan(before);
    expect(asked).toHaveLength(1);
  });

  it("ignores an answer to a question that a newer one overtook", async () => {
    const answers: ((word: string) => void)[] = [];
    const list = new SparseRows<Row>(() => new Promise((resolve) => answers.push((word) => resolve({ items: [{ id: 1, word }], next: null, total: 1 }))));
    const first = list.refresh();
    const second = list.refresh();
    answers[1]?.("new");
    answers[0]?.("old");
    await Promise.all([first, second]);
    expect(list.at(0)?.word).toBe("new");
  });

  it("stands at the end when the list got shorter than the place one stood at", async () => {
    const source = { all: rows(5_000) };
    const { list } = listOf(source);
    await list.refresh();
    list.see(4_000, 4_010);
    await settle();
    source.all = rows(120);
    await list.refresh();
    expect([list.total, list.at(119)?.id, list.at(20)?.id]).toEqual([120, 119, 20]);
  });

  it("says why it failed and comes back", async () => {
    let broken = true;
    const list = new SparseRows<Row>(async () => {
      if (broken) throw new Error("no");
      return { items: rows(2), next: null, total: 2 };
    });
    await list.refresh();
    expect(list.load).toMatchObject({ at: "failed" });
    broken = false;
    await list.refresh();
    expect(list.load.at).toBe("ready");
  });
});
