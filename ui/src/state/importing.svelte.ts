// The one import that may be going on.
import type { Channel } from "@tauri-apps/api/core";
import type { ImportEvent, ImportReport, Source, WireError } from "../ipc/bindings";
import type { Result } from "../ipc/call";
import { call, commands, stream } from "../ipc/call";
import { asAppError } from "../ipc/errors";
import { begin, failed, heard, isBusy, stopping, type Importing } from "../lib/importing";
import { attempt } from "./attempt";
import { blog } from "./blog.svelte";

type Ask = (onEvent: Channel<ImportEvent>) => Promise<Result<ImportReport, WireError>>;

class ImportStore {
  now = $state.raw<Importing>({ at: "rest" });
  /** Whether the library was empty when it began: then it has the whole window. */
  first = $state(false);
  /** Whether files are held over the window just now. */
  dropping = $state(false);
  #again: () => Promise<void> = async () => undefined;

  get busy(): boolean {
    return isBusy(this.now);
  }

  from(source: string): Promise<void> {
    return this.#run(source, (on) => commands.importBlog(source, on));
  }

  sample(): Promise<void> {
    return this.#run("the sample blog", (on) => commands.importSample(on));
  }

  refresh(id: number, address: string): Promise<void> {
    return this.#run(address, (on) => commands.refreshSource(id, on));
  }

  async file(): Promise<void> {
    const path = await attempt(call(commands.chooseFeedFile()));
    if (path) await this.from(path);
  }

  async dropped(paths: string[]): Promise<void> {
    for (const path of paths) await this.from(path);
  }

  /** Every feed, one after another. */
  async refreshAll(sources: Source[]): Promise<void> {
    for (const source of sources) {
      await this.refresh(source.id, source.address);
      if (this.now.at !== "done") return;
    }
  }

  retry(): Promise<void> {
    return this.#again();
  }

  async cancel(): Promise<void> {
    this.now = stopping(this.now);
    await attempt(call(commands.cancelImport()));
  }

  dismiss(): void {
    if (!this.busy) {
      this.now = { at: "rest" };
      this.first = false;
    }
  }

  async #run(source: string, ask: Ask): Promise<void> {
    if (this.busy) return;
    this.#again = () => this.#run(source, ask);
    this.first = (blog.summary.data?.posts ?? 0) === 0;
    this.now = begin(source);
    try {
      const report = await call(ask(stream((event) => (this.now = heard(this.now, event)))));
      this.now = heard(this.now, { event: "done", report });
    } catch (thrown) {
      this.now = failed(this.now, asAppError(thrown));
    }
    await blog.refresh();
  }
}

export const importing = new ImportStore();
