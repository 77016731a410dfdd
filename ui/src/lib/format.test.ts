import { describe, expect, it } from "vitest";
import { aboutMinutes, ago, bytes, count, date, decimals, lasting, plural, rate, readStops, shortAddress, showStops, words } from "./format";

describe("amounts", () => {
  it.each([
    [0, "0 posts"],
    [1, "1 post"],
    [1204, "1,204 posts"],
  ])("%d", (n, text) => expect(plural(n, "post")).toBe(text));

  it("groups thousands", () => expect(count(91_200)).toBe("91,200"));
  it("uses a given plural", () => expect(plural(2, "entry was", "entries were")).toBe("2 entries were"));

  it.each([
    [900, "1 kB"],
    [98_362_432, "98 MB"],
    [1.94e9, "1.9 GB"],
  ])("%d bytes", (n, text) => expect(bytes(n)).toBe(text));

  it("shows a missing loss as a dash", () => {
    expect(decimals(null)).toBe("–");
    expect(decimals(Number.NaN)).toBe("–");
    expect(decimals(3.789)).toBe("3.79");
  });

  it.each([
    [0.0002, "2e-4"],
    [0.00005, "5e-5"],
    [0.5, "0.5"],
  ])("learning rate %d", (n, text) => expect(rate(n)).toBe(text));
});

describe("time", () => {
  const now = new Date("2026-11-20T12:00:00Z");
  it.each([
    ["2026-11-20T11:59:40Z", "just now"],
    ["2026-11-20T11:20:00Z", "40 min ago"],
    ["2026-11-20T09:59:00Z", "2 h ago"],
    ["2026-11-19T09:00:00Z", "yesterday"],
    ["2026-11-15T12:00:00Z", "5 days ago"],
    ["2026-06-01T12:00:00Z", "on 1 Jun 2026"],
  ])("%s", (iso, text) => expect(ago(iso, now)).toBe(text));

  it("knows what never happened", () => {
    expect(ago(null, now)).toBe("never");
    expect(ago("not a date", now)).toBe("never");
    expect(date(null)).toBe("");
  });

  it.each([
    [10, "less than a minute"],
    [125, "2 min"],
    [3600, "1 h"],
    [4800, "1 h 20 min"],
    [Number.NaN, "less than a minute"],
  ])("%d seconds", (seconds, text) => expect(lasting(seconds)).toBe(text));

  it("says about, unless it is nothing", () => {
    expect(aboutMinutes(4)).toBe("about 4 min");
    expect(aboutMinutes(0.2)).toBe("less than a minute");
  });
});

describe("texts", () => {
  it.each([
    ["https://www.truingstand.example/feed", "truingstand.example"],
    ["/home/you/feed.rss", "feed.rss"],
    ["C:\\posts\\feed.xml", "feed.xml"],
  ])("%s", (address, text) => expect(shortAddress(address)).toBe(text));

  it("counts words as a writer does", () => {
    expect(words("It's a well-known café; 3 of them.")).toBe(7);
    expect(words("## \n\n— …")).toBe(0);
  });

  it("shows stop texts and reads them back", () => {
    const stops = ["\n\n\n", "END", "a\\b"];
    expect(showStops(stops)).toBe("\\n\\n\\n\nEND\na\\\\b");
    expect(readStops(showStops(stops))).toEqual(stops);
    expect(readStops("")).toEqual([]);
  });
});
