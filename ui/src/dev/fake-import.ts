// A FAKE, for development and screenshots only: the invented blog coming in, its sources, and what is missing of it.
import type { commands, ImportEvent, ImportReport, Source, WireError } from "../ipc/bindings";
import { address, blogTitle, olderPosts, posts, toHtml, type FakePost } from "./fake-posts";

type Args = { onEvent: { onmessage(event: unknown): void } };

export const asked = new URLSearchParams(window.location.search);
export const scene = asked.get("fake") ?? "full";
export const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
export const forever = () => new Promise(() => undefined);
export const fail = (code: WireError["code"], message: string, hint: string | null = null, detail: string | null = null) => {
  throw { code, message, hint, detail } satisfies WireError;
};

const startsEmpty = ["empty", "importing", "failed-import", "archive", "interrupted"].includes(scene);
export let here: FakePost[] = startsEmpty ? [] : scene === "many" ? [...posts, ...olderPosts] : scene === "waiting" ? [...posts, ...olderPosts.slice(0, 49)] : [...posts];
if (scene === "states") (["draft", "page", "unpublished"] as const).forEach((state, i) => Object.assign(here[i + 5] ?? {}, { state, held_out: false }));

const reasons: [string, number, string][] = [
  ["The page shows only a preview: the rest is for paying subscribers.", 9, "members-only"],
  ["The site refused the page (status 403).", 2, "workshop-notes"],
  ["The page shows no post.", 1, "gallery"],
];
const outOfReach = reasons.flatMap(([reason, many, name]) =>
  Array.from({ length: many }, (_, i) => ({ url: `https://truingstand.example/p/${name}-${i + 1}`, reason })),
);
let repeated = [
  { id: 1, text: "Thanks for reading The Truing Stand. Subscribe for free to receive new posts and support my work.", posts: 18, dropped: true },
  { id: 2, text: "If a wheel of yours is not true, bring it by on a Thursday. The kettle is on, the stand is free until noon, and the first opinion costs nothing.", posts: 11, dropped: true },
  { id: 3, text: "Ride well, and leave the bolt alone.", posts: 7, dropped: false },
];

const whole = scene === "archive" || scene === "interrupted" || scene === "waiting";
const waitingNow = () => (whole && here.length > 0 ? posts.length + olderPosts.length - here.length : 0);
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 36e5).toISOString();
const feed = (): Source => ({
  id: 1, kind: "feed", title: blogTitle, address, checked_at: hoursAgo(2), posts: here.length, site_posts: whole ? 212 : scene === "reach" ? 32 : 20,
  waiting: waitingNow(), out_of_reach: scene === "reach" ? outOfReach.length : 0, site: "https://truingstand.example/",
});
const others: Source[] = [
  { ...feed(), id: 2, title: "Stand Notes", address: "https://standnotes.substack.com/feed", site: "https://standnotes.substack.com/", checked_at: hoursAgo(26), posts: 48, site_posts: 48, waiting: 0, out_of_reach: 0 },
  { ...feed(), id: 3, kind: "file", title: "export-2026-11-01.zip", address: "/home/you/export-2026-11-01.zip", site: null, site_posts: null, posts: 61, waiting: 0, out_of_reach: 0 },
];

const row = (p: FakePost) => ({
  id: p.id, source: 1, url: `https://truingstand.example/p/${p.id}`, title: p.title, subtitle: p.id === 1 ? "Thirty-two spokes and one opinion" : null,
  published_at: p.date, words: p.words, state: p.state, held_out: p.held_out,
});

function report(news: number, all: number, interrupted: string | null): ImportReport {
  const waiting = waitingNow();
  const said =
    news === 0 ? `Nothing new: all ${all} posts were here already, unchanged.`
    : waiting > 0 ? `${news} posts imported. ${waiting} posts of the archive are still to come.`
    : `All ${all} posts were read. Four of the newest are held out, to test what a model learns.`;
  return {
    source: 1, title: blogTitle, posts: all, new: news, changed: 0, unchanged: all - news, unpublished: 0, skipped: [], site_posts: 212, waiting, interrupted,
    notes: interrupted === null ? [] : ["Two posts name no date; they stand at the end of the list."],
    message: interrupted === null ? said : `${said} The archive stopped partway: ${interrupted}`,
  };
}

let stopped = false;

async function read(args: Args) {
  stopped = false;
  const say = (event: ImportEvent) => args.onEvent.onmessage(event);
  const arrive = (post: FakePost) => say({ event: "post", id: post.id, title: post.title, words: post.words, state: post.state });
  const before = here.length;
  say({ event: "looking", address });
  await wait(300);
  if (scene === "failed-import") fail("no_feed_found", "There is no feed at truingstand.example.", "Open the blog and copy the address of its feed, or export your posts and choose the file.", "GET / 200 text/html; no link rel=alternate; /feed 404; /rss 404");
  if (scene === "refused") fail("site_refused", "truingstand.example does not let programs read it.", "Export your posts there and choose the file.", "GET /feed 403");
  say({ event: "found", title: blogTitle, posts: 20, site_posts: null });
  for (const post of posts) {
    await wait(scene === "importing" ? 60 : 25);
    arrive(post);
    if (scene === "importing" && post.id === 13) await forever();
  }
  if (before === 0) here = [...posts];
  if (whole) {
    while (!stopped && waitingNow() > 0) {
      say({ event: "archive", left: waitingNow(), total: 212 });
      await wait(480);
      if (scene === "interrupted" && here.length >= 28) break;
      const next = olderPosts[here.length - posts.length];
      if (next === undefined) break;
      here = [...here, next];
      arrive(next);
    }
  }
  const slower = scene === "interrupted" ? "truingstand.example asks us to slow down (status 429). Try again in an hour." : null;
  return report(here.length - before, here.length, slower);
}

export const answers = {
  importBlog: read, importSample: read, refreshSource: read, choosePostsFile: () => null, choosePostsFolder: () => null,
  cancelImport: () => {
    stopped = true;
    return null;
  },
  listOutOfReach: () => outOfReach,
  listRepeated: () => (scene === "repeated" ? repeated : []),
  setRepeatedDropped: ({ id, dropped }: { id: number; dropped: boolean }) => {
    repeated = repeated.map((r) => (r.id === id ? { ...r, dropped } : r));
    return null;
  },
  nearestPassages: () => [],
  blogSummary: () => {
    if (scene === "error") fail("database_busy", "The library is in use by another program.", "Close the other window or wait a moment, then try again.", "SQLITE_BUSY (5)");
    if (here.length === 0) return { sources: [], posts: 0, words: 0, held_out: 0 };
    const more = scene === "sources" ? others : [];
    return {
      sources: [feed(), ...more], posts: here.length + more.reduce((sum, s) => sum + s.posts, 0), words: here.length * 546 - 10, held_out: 4,
    };
  },
  listPosts: ({ query }: { query: { search: string | null } }) => {
    const search = query.search?.toLowerCase() ?? "";
    const items = here
      .filter((p) => search === "" || `${p.title} ${p.markdown}`.toLowerCase().includes(search))
      .map((p) => {
        const at = p.markdown.toLowerCase().indexOf(search);
        const cut = p.markdown.slice(Math.max(0, at - 60), at + 90).replaceAll("\n", " ");
        return { ...row(p), snippet: search === "" || at < 0 ? null : `…${cut.replace(new RegExp(search, "gi"), "<mark>$&</mark>")}…` };
      });
    return { items, next: null, total: items.length };
  },
  getPost: ({ id }: { id: number }) => {
    const post = here.find((p) => p.id === id);
    return post && { post: row(post), markdown: post.markdown, html: toHtml(post.markdown), training_text: post.markdown.replace(/\[\^1\](: )?/g, "").replaceAll("*", "") };
  },
  setPostsIncluded: ({ ids, included }: { ids: number[]; included: boolean }) => {
    for (const post of here) if (ids.includes(post.id)) post.state = included ? "included" : "excluded";
    return null;
  },
} satisfies Partial<Record<keyof typeof commands, (args: never) => unknown>>;
