import { describe, expect, it } from "vitest";
import { domainOf, path, ticksOf, x, y, type Box } from "./curve";

const box: Box = { left: 40, top: 10, width: 100, height: 200 };
const points = (...losses: number[]) => losses.map((loss, i) => ({ step: i * 10, loss }));

describe("the domain", () => {
  it("holds base and held-out points, with room around them", () => {
    const { low, high } = domainOf([], points(3.95, 3.8), 3.95);
    expect(low).toBeLessThan(3.8);
    expect(high).toBeGreaterThan(3.95);
  });

  it("is not flattened by one wild training step", () => {
    const steps = Array.from({ length: 200 }, (_, i) => ({ step: i, loss: i === 3 ? 40 : 3.5 }));
    expect(domainOf(steps, points(3.9), 3.9).high).toBeLessThan(5);
  });

  it("never goes below zero, and exists without any point", () => {
    expect(domainOf(points(0.01, 0.02), [], null).low).toBe(0);
    expect(domainOf([], [], null)).toEqual({ low: 0, high: 1 });
  });

  it("ignores what is not a number", () => {
    expect(domainOf(points(Number.NaN, 3), points(3.2), Number.NaN).high).toBeLessThan(4);
  });
});

describe("ticks", () => {
  it("are round, inside, and few", () => {
    expect(ticksOf({ low: 3.13, high: 4.02 })).toEqual([3.2, 3.4, 3.6, 3.8, 4]);
  });
  it("are none for an empty domain", () => expect(ticksOf({ low: 2, high: 2 })).toEqual([]));
});

describe("scaling", () => {
  it("puts the first step at the left and the last at the right", () => {
    expect([x(0, 87, box), x(87, 87, box)]).toEqual([40, 140]);
  });
  it("stays in the box when a step comes late or none are known", () => {
    expect([x(90, 87, box), x(5, 0, box)]).toEqual([140, 40]);
  });
  it("puts a higher loss higher up, and outliers at the edge", () => {
    const domain = { low: 3, high: 4 };
    expect([y(4, domain, box), y(3.5, domain, box), y(3, domain, box), y(9, domain, box)]).toEqual([10, 110, 210, 10]);
  });
});

describe("the path", () => {
  it("joins the points", () => expect(path(points(4, 3), 10, { low: 3, high: 4 }, box)).toBe("M40.0 10.0L140.0 210.0"));
  it("lifts the pen where there is no number", () => {
    expect(path(points(4, Number.NaN, 3), 20, { low: 3, high: 4 }, box)).toBe("M40.0 10.0M140.0 210.0");
  });
});
