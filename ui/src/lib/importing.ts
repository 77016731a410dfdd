// What an import is doing, as one value; each event from Rust gives the next one.
import type { ImportEvent, ImportReport, PostState } from "../ipc/bindings";
import type { AppError } from "../ipc/errors";

export type ImportedPost = { id: number; title: string; words: number; state: PostState };

export type Importing =
  | { at: "rest" }
  | { at: "looking"; source: string; address: string }
  | { at: "reading"; source: string; title: string; expected: number; sitePosts: number | null; posts: ImportedPost[]; stopping: boolean }
  | { at: "done"; report: ImportReport; posts: ImportedPost[] }
  | { at: "failed"; source: string; error: AppError; kept: number };

export function isBusy(now: Importing): boolean {
  return now.at === "looking" || now.at === "reading";
}

export function begin(source: string): Importing {
  return { at: "looking", source, address: source };
}

export function heard(now: Importing, event: ImportEvent): Importing {
  if (now.at !== "looking" && now.at !== "reading") return now; // a late event of an import that is over
  switch (event.event) {
    case "looking":
      return now.at === "looking" ? { ...now, address: event.address } : now;
    case "found":
      return {
        at: "reading", source: now.source, title: event.title, expected: event.posts,
        sitePosts: event.site_posts, posts: [], stopping: false,
      };
    case "post": {
      const post = { id: event.id, title: event.title, words: event.words, state: event.state };
      if (now.at === "reading") return { ...now, posts: [...now.posts, post] };
      return { at: "reading", source: now.source, title: "", expected: 0, sitePosts: null, posts: [post], stopping: false };
    }
    case "done":
      return { at: "done", report: event.report, posts: now.at === "reading" ? now.posts : [] };
  }
}

export function stopping(now: Importing): Importing {
  return now.at === "reading" ? { ...now, stopping: true } : now;
}

export function failed(now: Importing, error: AppError): Importing {
  if (!isBusy(now)) return now;
  if (error.code === "cancelled") return { at: "rest" };
  const kept = now.at === "reading" ? now.posts.length : 0;
  return { at: "failed", source: now.at === "looking" || now.at === "reading" ? now.source : "", error, kept };
}
