import { describe, expect, it } from "vitest";
import { coming, left, pace, share } from "./archive";
import type { Reading } from "./importing";

const posts = (n: number) => Array.from({ length: n }, (_, id) => ({ id, title: "", words: 1, state: "included" as const }));
const reading = (n: number, archive: Reading["archive"], expected = 20): Reading => ({
  at: "reading", source: "a.example", title: "A", expected, sitePosts: null, posts: posts(n), archive, stopping: false,
});
const begun = { left: 192, total: 212, postsThen: 20, first: 192, since: 0 };

describe("the archive in words", () => {
  it("says how many, how fast and how long", () => {
    expect(coming(reading(20, begun), "one", 0)).toBe("192 older ones are coming in, two a second: about 2 minutes.");
    expect(coming(reading(211, begun), "post", 96_000)).toBe("1 older post is coming in, two a second: less than a minute.");
    expect(coming(reading(20, { ...begun, left: 1200, first: 1200 }), "one", 0)).toMatch(/about 10 minutes\.$/);
  });

  it("counts what arrived since the last word of Rust's", () => {
    expect([left(reading(20, begun)), left(reading(25, begun)), left(reading(300, begun)), left(reading(5, null))]).toEqual([192, 187, 0, 0]);
  });

  it("measures the pace once there is something to measure", () => {
    expect(pace(reading(23, begun), 60_000)).toBe(2);
    expect(pace(reading(50, begun), 60_000)).toBe(0.5);
    expect(coming(reading(50, begun), "one", 60_000)).toBe("162 older ones are coming in, one by one: about 5 minutes.");
    expect(coming(reading(120, begun), "one", 4000)).toBe("92 older ones are coming in: less than a minute.");
  });

  it("does not promise time for nothing", () => expect(coming(reading(212, begun))).toMatch(/last ones/));
});

describe("the share that is here", () => {
  it("is of the feed first, then of everything", () => {
    expect(share(reading(10, null))).toBe(0.5);
    expect(share(reading(10, null, 0))).toBeNull();
    expect(share(reading(53, { ...begun, postsThen: 53, left: 159 }))).toBe(0.25);
    expect(share(reading(0, { ...begun, postsThen: 0, left: 0 }))).toBeNull();
  });
});
