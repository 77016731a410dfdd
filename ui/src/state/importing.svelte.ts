// The one import that may be going on.
import type { Channel } from "@tauri-apps/api/core";
import type { ImportEvent, ImportReport, Source, WireError } from "../ipc/bindings";
import type { Result } from "../ipc/call";
import { call, commands, stream } from "../ipc/call";
import { asAppError } from "../ipc/errors";
import { begin, failed, heard, isBusy, stopping, type ImportedPost, type Importing } from "../lib/importing";
import { together } from "../lib/sources";
import { attempt } from "./attempt";
import { blog } from "./blog.svelte";
import { toasts } from "./toasts.svelte";

type Job = { source: string; ask: (onEvent: Channel<ImportEvent>) => Promise<Result<ImportReport, WireError>> };

class ImportStore {
  now = $state.raw<Importing>({ at: "rest" });
  /** Whether the library was empty when it began: then it has the whole window. */
  first = $state(false);
  /** Whether files are held over the window just now. */
  dropping = $state(false);
  #again: () => Promise<void> = async () => undefined;
  #stopped = false;

  get busy(): boolean {
    return isBusy(this.now);
  }

  from(...sources: string[]): Promise<void> {
    return this.#run(sources.map((source) => ({ source, ask: (on) => commands.importBlog(source, on) })));
  }

  sample(): Promise<void> {
    return this.#run([{ source: "the sample blog", ask: (on) => commands.importSample(on) }]);
  }

  /** Asks these again, one after another. */
  refresh(...sources: Pick<Source, "id" | "address">[]): Promise<void> {
    return this.#run(sources.map(({ id, address }) => ({ source: address, ask: (on) => commands.refreshSource(id, on) })));
  }

  /** Goes on with the posts of this source that are still to come. */
  goOn(id: number): Promise<void> {
    return this.refresh({ id, address: blog.summary.data?.sources.find((source) => source.id === id)?.address ?? "the blog" });
  }

  async file(): Promise<void> {
    const path = await attempt(call(commands.choosePostsFile()));
    if (path) await this.from(path);
  }

  async folder(): Promise<void> {
    const path = await attempt(call(commands.choosePostsFolder()));
    if (path) await this.from(path);
  }

  dropped(paths: string[]): Promise<void> {
    return this.from(...paths);
  }

  retry(): Promise<void> {
    return this.#again();
  }

  /** What came in stays; where an archive was coming in, the import ends as if it were done. */
  async cancel(): Promise<void> {
    this.#stopped = true;
    this.now = stopping(this.now);
    await attempt(call(commands.cancelImport()));
  }

  /** Gives the window to the library while the rest comes in. */
  async meanwhile(): Promise<void> {
    await blog.refresh();
    this.first = false;
  }

  dismiss(): void {
    if (!this.busy) {
      this.now = { at: "rest" };
      this.first = false;
    }
  }

  async #run(jobs: Job[]): Promise<void> {
    if (jobs.length === 0) return;
    if (this.busy) {
      toasts.say("Posts are still coming in. Wait for the last of them, or stop there first.");
      return;
    }
    this.#again = () => this.#run(jobs);
    this.#stopped = false;
    this.first = (blog.summary.data?.posts ?? 0) === 0;
    const reports: ImportReport[] = [];
    const posts: ImportedPost[] = [];
    for (const job of jobs) {
      this.now = begin(job.source);
      try {
        const report = await call(job.ask(stream((event) => this.#hear(event))));
        reports.push(report);
        if (this.now.at === "reading") posts.push(...this.now.posts);
      } catch (thrown) {
        this.now = failed(this.now, asAppError(thrown));
        // Stopped, or something is here already: the library shows it, with what went wrong above it.
        if (this.now.at !== "failed" || this.now.kept > 0 || reports.length > 0) this.first = false;
        break;
      }
      if (this.#stopped) break;
    }
    const report = together(reports);
    if (this.busy && report !== null) this.now = { at: "done", report, posts };
    await blog.refresh();
  }

  #hear(event: ImportEvent): void {
    // The end is told by the command's own answer, after the last of several.
    if (event.event === "done") return;
    this.now = heard(this.now, event);
    if (event.event === "post" && !this.first) blog.growSoon();
  }
}

export const importing = new ImportStore();
