// A long list in the page: only rows in sight exist, and no arriving or leaving row moves the reader.
import { flushSync, mount, unmount, createRawSnippet } from "svelte";
import { afterEach, describe, expect, it } from "vitest";
import { SparseRows } from "../state/sparse.svelte";
import VirtualRows from "./VirtualRows.svelte";

type Row = { id: number };
let shown: Record<string, unknown> | undefined;

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = undefined;
  document.body.replaceChildren();
});

const settle = async () => {
  for (let i = 0; i < 6; i += 1) await new Promise((resolve) => setTimeout(resolve, 0));
  flushSync();
};

async function list(chosen: number[] = []) {
  const rows = new SparseRows<Row>(async (offset, limit) => ({
    items: Array.from({ length: Math.min(limit, 10_000 - offset) }, (_, i) => ({ id: offset + i })), next: null, total: 10_000,
  }));
  await rows.refresh();
  const row = createRawSnippet<[Row, number]>((of) => ({ render: () => `<b>row ${of().id}</b>` }));
  shown = mount(VirtualRows<Row>, { target: document.body, props: { rows, rowHeight: 5, label: "Rows", selected: 0, row, testid: "row", onselect: (i: number) => chosen.push(i) } });
  flushSync();
  await settle();
  const view = document.querySelector<HTMLElement>("[role=listbox]") as HTMLElement;
  const scroll = async (top: number) => {
    view.scrollTop = top;
    view.dispatchEvent(new Event("scroll"));
    flushSync();
    await settle();
  };
  return { rows, view, scroll };
}

describe("ten thousand rows", () => {
  it("exist in the page only where they are in sight", async () => {
    const { scroll } = await list();
    await scroll(400_000);
    const here = [...document.querySelectorAll<HTMLElement>('[data-testid="row"]')];
    expect(here.length).toBeGreaterThan(0);
    expect(here.length).toBeLessThan(40);
    expect(here.map((row) => row.dataset["id"])).toContain("5000");
    expect(here[0]?.getAttribute("aria-setsize")).toBe("10000");
  });

  it("stay where they were scrolled to, though the chosen row is forgotten there", async () => {
    const { rows, view, scroll } = await list();
    await scroll(400_000);
    expect(rows.at(0)).toBeUndefined();
    expect(view.scrollTop).toBe(400_000);
    rows.replace(5_000, (row) => ({ ...row }));
    await settle();
    expect(view.scrollTop).toBe(400_000);
  });

  it("answer the keys over their whole length", async () => {
    const chosen: number[] = [];
    const { view } = await list(chosen);
    for (const key of ["End", "ArrowDown", "PageDown", "Home"]) view.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    expect(chosen[0]).toBe(9_999);
    expect(chosen[1]).toBe(1);
    expect(chosen[2]).toBeGreaterThan(0);
    expect(chosen[3]).toBe(0);
  });
});
