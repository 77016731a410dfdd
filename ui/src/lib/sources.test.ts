import { describe, expect, it } from "vitest";
import type { ImportReport, Source } from "../ipc/bindings";
import { byReason, checks, missing, mostMissing, nextCheck, remarks, sourceName, together } from "./sources";

const feed: Source = {
  id: 1, kind: "feed", title: "A", address: "https://www.a.example/feed", checked_at: "2026-11-20T10:00:00", posts: 20, site_posts: null,
  waiting: 0, out_of_reach: 0, site: null,
};
const now = new Date("2026-11-20T12:00:00"); // a Friday

describe("the next check", () => {
  it.each([
    ["off", "2026-11-20T10:00:00", null],
    ["daily", "2026-11-20T10:00:00", "next tomorrow"],
    ["daily", "2026-11-19T18:00:00", "next today"],
    ["daily", "2026-11-18T10:00:00", "next soon"],
    ["daily", null, "next soon"],
    ["weekly", "2026-11-18T10:00:00", "next on Wednesday"],
    ["weekly", "2026-11-14T10:00:00", "next tomorrow"],
  ] as const)("%s, checked %s: %s", (every, checked_at, said) => expect(nextCheck({ ...feed, checked_at }, every, now)).toBe(said));

  it("is told only of feeds", () => {
    expect(checks(feed, "daily", now)).toBe("checked 2 h ago · next tomorrow");
    expect(checks({ ...feed, checked_at: null }, "off", now)).toBe("not checked yet");
    expect(checks({ ...feed, kind: "file" }, "daily", now)).toBe("");
  });
});

describe("what is missing of a blog", () => {
  it("is nothing when all is here", () => {
    expect([feed, { ...feed, site_posts: 20 }, { ...feed, site_posts: 18 }].map(missing)).toEqual([null, null, null]);
  });
  it("waits, or is out of reach, or is only counted by the site", () => {
    expect(missing({ ...feed, posts: 69, waiting: 143, site_posts: 212 })).toMatchObject({ kind: "waiting", missing: 143, all: 212 });
    expect(missing({ ...feed, posts: 69, waiting: 143 })).toMatchObject({ all: 212 });
    expect(missing({ ...feed, out_of_reach: 12 })).toMatchObject({ kind: "reach", missing: 12, all: 32 });
    expect(missing({ ...feed, site_posts: 25, out_of_reach: 3 })).toMatchObject({ kind: "reach", missing: 5 });
  });
  it("tells what can still come first, and nothing that was put away", () => {
    const reach = { ...feed, out_of_reach: 1 };
    const waiting = { ...feed, id: 2, waiting: 3 };
    expect(mostMissing([reach, waiting])?.source.id).toBe(2);
    expect(mostMissing([reach, waiting], (m) => m.kind === "waiting")?.source.id).toBe(1);
    expect(mostMissing([feed])).toBeNull();
  });
  it("is grouped by reason, the commonest first", () => {
    const list = [["a", "Paid."], ["b", "Refused."], ["c", "Refused."]].map(([url = "", reason = ""]) => ({ url, reason }));
    expect(byReason(list)).toEqual([{ reason: "Refused.", urls: ["b", "c"] }, { reason: "Paid.", urls: ["a"] }]);
  });
});

describe("reports", () => {
  const report: ImportReport = {
    source: 1, title: "A", posts: 3, new: 2, changed: 0, unchanged: 1, unpublished: 0, skipped: [], site_posts: null, waiting: 0, interrupted: null, notes: [], message: "2 posts imported.",
  };
  it("of several imports are told as one", () => {
    const both = together([report, { ...report, source: 2, title: "B", waiting: 4, notes: ["Two have no date."], message: "3 posts changed." }]);
    expect(both).toMatchObject({ source: 2, title: "A, B", posts: 6, new: 4, waiting: 4, message: "A: 2 posts imported. B: 3 posts changed.", notes: ["Two have no date."] });
    expect(together([report])).toBe(report);
    expect(together([])).toBeNull();
  });
  it("do not say the same twice", () => {
    expect(remarks({ ...report, interrupted: "It asks us to slow down.", message: "2 posts imported. The archive stopped partway: It asks us to slow down.", notes: ["N."] })).toEqual(["N."]);
    expect(remarks({ ...report, interrupted: "It asks us to slow down." })).toEqual(["It asks us to slow down."]);
  });
});

it("names a source by its host, its file or its sample", () => {
  expect(sourceName(feed)).toBe("a.example");
  expect(sourceName({ ...feed, kind: "file", title: "", address: "/home/a/posts.zip" })).toBe("posts.zip");
});
