import { describe, expect, it } from "vitest";
import type { ImportEvent, ImportReport } from "../ipc/bindings";
import { AppError } from "../ipc/errors";
import { begin, failed, heard, isBusy, stopping, type Importing } from "./importing";

const found: ImportEvent = { event: "found", title: "The Truing Stand", posts: 2, site_posts: 212 };
const post = (id: number): ImportEvent => ({ event: "post", id, title: `Post ${id}`, words: 100, state: "included" });
const report: ImportReport = { source: 1, title: "The Truing Stand", posts: 2, new: 2, changed: 0, unchanged: 0, unpublished: 0, skipped: [], site_posts: 212, waiting: 0, interrupted: null, notes: [], message: "Done." };
const error = (code: "network" | "cancelled") => new AppError({ code, message: "No.", hint: null, detail: null });
const play = (...events: ImportEvent[]) => events.reduce<Importing>(heard, begin("a.example"));

describe("an import", () => {
  it("goes from looking to reading to done, keeping every post", () => {
    const reading = play({ event: "looking", address: "https://a.example/feed" }, found, post(1), post(2));
    expect(reading).toMatchObject({ at: "reading", expected: 2, sitePosts: 212, source: "a.example" });
    expect(heard(reading, { event: "done", report })).toMatchObject({ at: "done", posts: [{ id: 1 }, { id: 2 }] });
  });

  it("shows where it looks now", () => {
    expect(play({ event: "looking", address: "https://a.example/rss" })).toMatchObject({ at: "looking", address: "https://a.example/rss" });
  });

  it("takes posts that come without being announced", () => {
    expect(play(post(1))).toMatchObject({ at: "reading", expected: 0, posts: [{ id: 1 }] });
  });

  it("goes on with the archive once the feed is in, counting down", () => {
    const first = heard(play(found, post(1), post(2)), { event: "archive", left: 10, total: 12 }, 1000);
    expect(first).toMatchObject({ at: "reading", sitePosts: 12, posts: [{ id: 1 }, { id: 2 }], archive: { left: 10, first: 10, since: 1000, postsThen: 2 } });
    const next = heard(heard(first, post(3)), { event: "archive", left: 9, total: 12 }, 1500);
    expect(next).toMatchObject({ archive: { left: 9, first: 10, since: 1000, postsThen: 3 } });
    expect(heard(next, { event: "archive", left: 90, total: null }, 2000), "a longer list is measured anew").toMatchObject({ sitePosts: 12, archive: { left: 90, first: 90, since: 2000 } });
  });

  it("has an archive without a feed too", () => {
    expect(play({ event: "archive", left: 40, total: null })).toMatchObject({ at: "reading", source: "a.example", archive: { left: 40 } });
  });

  it("ends well when stopped in the archive: the report says what waits", () => {
    const asked = stopping(play(found, post(1), { event: "archive", left: 211, total: 212 }));
    expect(heard(asked, { event: "done", report: { ...report, waiting: 211 } })).toMatchObject({ at: "done", report: { waiting: 211 }, posts: [{ id: 1 }] });
  });

  it("says where it failed, and how many posts are kept", () => {
    expect(failed(play(found, post(1)), error("network"))).toMatchObject({ at: "failed", source: "a.example", kept: 1 });
    expect(failed(begin("a.example"), error("network"))).toMatchObject({ at: "failed", kept: 0 });
  });

  it("comes to rest without an error when cancelled", () => {
    const asked = stopping(play(found, post(1)));
    expect(asked).toMatchObject({ at: "reading", stopping: true });
    expect(failed(asked, error("cancelled"))).toEqual({ at: "rest" });
  });

  it("hears nothing once it is over", () => {
    const done = heard(play(found), { event: "done", report });
    expect(heard(done, post(9))).toBe(done);
    expect(failed(done, error("network"))).toBe(done);
    expect(heard({ at: "rest" }, post(9))).toEqual({ at: "rest" });
  });

  it("is busy only while looking or reading", () => {
    expect([begin("x"), play(found)].map(isBusy)).toEqual([true, true]);
    expect([{ at: "rest" } as const, heard(play(found), { event: "done", report })].map(isBusy)).toEqual([false, false]);
  });
});
