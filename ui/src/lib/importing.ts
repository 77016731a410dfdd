// What an import is doing, as one value; each event from Rust gives the next one.
import type { ImportEvent, ImportReport, PostState } from "../ipc/bindings";
import type { AppError } from "../ipc/errors";

export type ImportedPost = { id: number; title: string; words: number; state: PostState };

/** The older posts, which come after those of the feed. What is left is counted from the newest word on it. */
export type Archive = { left: number; total: number | null; postsThen: number; first: number; since: number };

export type Reading = {
  at: "reading"; source: string; title: string; expected: number; sitePosts: number | null;
  posts: ImportedPost[]; archive: Archive | null; stopping: boolean;
};

export type Importing =
  | { at: "rest" }
  | { at: "looking"; source: string; address: string }
  | Reading
  | { at: "done"; report: ImportReport; posts: ImportedPost[] }
  | { at: "failed"; source: string; error: AppError; kept: number };

export function isBusy(now: Importing): boolean {
  return now.at === "looking" || now.at === "reading";
}

export function begin(source: string): Importing {
  return { at: "looking", source, address: source };
}

function reading(now: Extract<Importing, { at: "looking" }> | Reading): Reading {
  if (now.at === "reading") return now;
  return { at: "reading", source: now.source, title: "", expected: 0, sitePosts: null, posts: [], archive: null, stopping: false };
}

export function heard(now: Importing, event: ImportEvent, at: number = Date.now()): Importing {
  if (now.at !== "looking" && now.at !== "reading") return now; // a late event of an import that is over
  switch (event.event) {
    case "looking":
      return now.at === "looking" ? { ...now, address: event.address } : now;
    case "found":
      return { ...reading(now), title: event.title, expected: event.posts, sitePosts: event.site_posts };
    case "post": {
      const post = { id: event.id, title: event.title, words: event.words, state: event.state };
      const before = reading(now);
      return { ...before, posts: [...before.posts, post] };
    }
    case "archive": {
      const before = reading(now);
      // A site may list more of its posts while they come in; then the whole is measured anew.
      const same = before.archive !== null && event.left <= before.archive.first ? before.archive : { first: event.left, since: at };
      const archive = { left: event.left, total: event.total, postsThen: before.posts.length, first: same.first, since: same.since };
      return { ...before, sitePosts: event.total ?? before.sitePosts, archive };
    }
    case "done":
      return { at: "done", report: event.report, posts: now.at === "reading" ? now.posts : [] };
  }
}

export function stopping(now: Importing): Importing {
  return now.at === "reading" ? { ...now, stopping: true } : now;
}

export function failed(now: Importing, error: AppError): Importing {
  if (now.at !== "looking" && now.at !== "reading") return now;
  if (error.code === "cancelled") return { at: "rest" };
  return { at: "failed", source: now.source, error, kept: now.at === "reading" ? now.posts.length : 0 };
}
