// The author's posts as the Blog view sees them.
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import type { Page, PostDetail, PostRow, Repeated, Source } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { atMostEvery, coalesce } from "../lib/later";
import { attempt } from "./attempt";
import { Pages } from "./pages.svelte";
import { Resource } from "./resource.svelte";
import { route } from "./route.svelte";

export type BlogTab = "posts" | "portrait" | "repeated";
export type PostFace = "read" | "source" | "trained";

class Blog {
  tab = $state<BlogTab>("posts");
  face = $state<PostFace>("read");
  search = $state("");
  chosen = $state<number | null>(null);

  summary = new Resource(() => call(commands.blogSummary()));
  portrait = new Resource(() => call(commands.getPortrait()));
  repeated = new Resource<Repeated[]>(() => call(commands.listRepeated()));
  posts = new Pages<PostRow>((cursor, limit) =>
    call(commands.listPosts({ search: this.search.trim() || null, cursor, limit })),
  );
  detail = new Resource<PostDetail | null>(async () =>
    this.chosen === null ? null : call(commands.getPost(this.chosen)),
  );

  /** Notes about missing posts that the author put away; they come again with the next start. */
  dismissed = new SvelteSet<string>();

  /** Titles by id, for the places that name a post they did not load. */
  titles = new SvelteMap<number, string>();

  #searchSoon = coalesce(() => void this.posts.refresh(false), 160);

  /** While an archive comes in, two posts a second: the list grows now and then, and nothing else is asked again. */
  growSoon = atMostEvery(() => void this.#grow(), 2500);

  get feeds(): Source[] {
    return this.summary.data?.sources.filter((source) => source.kind === "feed") ?? [];
  }

  async refresh(): Promise<void> {
    this.growSoon.cancel();
    await Promise.all([this.summary.refresh(), this.posts.refresh(), this.repeated.refresh()]);
    if (this.tab === "repeated" && this.repeated.data?.length === 0) this.tab = "posts";
    this.#learnTitles();
    if (this.chosen === null) this.choose(this.posts.items[0]?.id ?? null);
    else void this.detail.refresh();
    if (this.portrait.load.at !== "loading" || this.tab === "portrait") void this.portrait.refresh();
  }

  find(text: string): void {
    this.search = text;
    this.#searchSoon();
  }

  choose(id: number | null): void {
    if (id === this.chosen && this.detail.load.at === "ready") return;
    this.chosen = id;
    void this.detail.refresh();
  }

  /** From anywhere: shows this post. */
  show(id: number): void {
    route.go("blog");
    this.tab = "posts";
    this.choose(id);
  }

  showPortrait(): void {
    route.go("blog");
    this.tab = "portrait";
    void this.portrait.refresh();
  }

  async include(ids: number[], included: boolean): Promise<void> {
    await attempt(call(commands.setPostsIncluded(ids, included)));
    await this.refresh();
  }

  /** Leaves a paragraph that recurs out of training, or keeps it. */
  async dropRepeated(id: number, dropped: boolean): Promise<void> {
    const before = this.repeated.data ?? [];
    this.repeated.set(before.map((r) => (r.id === id ? { ...r, dropped } : r)));
    if ((await attempt(call(commands.setRepeatedDropped(id, dropped)))) === undefined) await this.repeated.refresh();
  }

  async titleOf(id: number): Promise<string> {
    const known = this.titles.get(id);
    if (known !== undefined) return known;
    const detail = await attempt(call(commands.getPost(id)));
    const title = detail?.post.title ?? "A post";
    this.titles.set(id, title);
    return title;
  }

  /** Titles of every post, for a place that offers them all to choose from. */
  async learnTitles(): Promise<void> {
    let cursor: string | null = null;
    while (this.titles.size < (this.summary.data?.posts ?? 0)) {
      const page: Page<PostRow> | undefined = await attempt(call(commands.listPosts({ search: null, cursor, limit: null })));
      for (const post of page?.items ?? []) this.titles.set(post.id, post.title);
      cursor = page?.next ?? null;
      if (cursor === null) return;
    }
  }

  async #grow(): Promise<void> {
    // The hits of a search would change places under the reader's eyes; they are asked again at the end.
    const list = this.search.trim() === "" ? this.posts.refresh() : Promise.resolve();
    await Promise.all([this.summary.refresh(), list]);
    this.#learnTitles();
    if (this.chosen === null) this.choose(this.posts.items[0]?.id ?? null);
  }

  #learnTitles(): void {
    for (const post of this.posts.items) this.titles.set(post.id, post.title);
  }
}

export const blog = new Blog();
