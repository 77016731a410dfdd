// Models, plan, runs and versions: what the Train view and the footer show.
import type { DownloadEvent, Run, RunDetail, RunEvent, RunOptions } from "../ipc/bindings";
import { call, commands, stream } from "../ipc/call";
import { asAppError, type AppError } from "../ipc/errors";
import { isActive } from "../lib/verdict";
import { attempt } from "./attempt";
import { Resource } from "./resource.svelte";
import { route } from "./route.svelte";
import { toasts } from "./toasts.svelte";

export type Download =
  | { at: "rest" }
  | { at: "going"; model: string; done: number; total: number }
  | { at: "failed"; model: string; error: AppError };

/** What was asked of a run, until its status answers. */
export type Asked = "nothing" | "start" | "pause" | "resume" | "cancel";

export const noOptions: RunOptions = {
  model: null, preset: null, epochs: null, max_steps: null, learning_rate: null,
  batch_size: null, rank: null, rendering: null, seed: null, hold_out: null, minutes: null,
};

export function applyRunEvent(detail: RunDetail | null, event: RunEvent): RunDetail | null {
  if (event.event === "snapshot") return event.detail;
  if (detail === null) return null;
  switch (event.event) {
    case "run":
      return { ...detail, run: event.run };
    case "step":
      return { ...detail, train: [...detail.train, event.point] };
    case "held_out":
      return { ...detail, held_out: [...detail.held_out, event.point] };
  }
}

class Training {
  options = $state.raw<RunOptions>(noOptions);
  download = $state.raw<Download>({ at: "rest" });
  asked = $state<Asked>("nothing");
  problem = $state.raw<AppError | null>(null);
  /** The run on screen, live while it goes on. */
  detail = $state.raw<RunDetail | null>(null);

  models = new Resource(() => call(commands.listModels()));
  plan = new Resource(() => call(commands.planRun(this.options)));
  runs = new Resource(() => call(commands.listRuns()));
  versions = new Resource(() => call(commands.listVersions()));

  #watching: number | null = null;

  get active(): Run | null {
    if (this.detail !== null && isActive(this.detail.run)) return this.detail.run;
    return this.runs.data?.find(isActive) ?? null;
  }

  get current() {
    return this.versions.data?.find((version) => version.current) ?? null;
  }

  async start(): Promise<void> {
    await Promise.all([this.models.refresh(), this.refreshRuns(), this.versions.refresh(), this.plan.refresh()]);
  }

  async refreshRuns(): Promise<void> {
    await this.runs.refresh();
    const active = this.runs.data?.find(isActive);
    if (active !== undefined) void this.watch(active.id);
    else if (this.detail === null && this.runs.data?.[0] !== undefined) await this.show(this.runs.data[0].id);
  }

  choose(part: Partial<RunOptions>): void {
    this.options = { ...this.options, ...part };
    void this.plan.refresh();
  }

  async show(id: number): Promise<void> {
    if (this.#watching === id) return;
    const detail = await attempt(call(commands.getRun(id)));
    if (detail !== undefined) this.detail = detail;
  }

  async train(): Promise<void> {
    await this.#ask("start", async () => {
      const id = await call(commands.startRun(this.options));
      void this.watch(id);
    });
  }

  pause = (id: number) => this.#ask("pause", () => call(commands.pauseRun(id)));
  cancel = (id: number) => this.#ask("cancel", () => call(commands.cancelRun(id)));
  resume = (id: number) =>
    this.#ask("resume", async () => {
      await call(commands.resumeRun(id));
      void this.watch(id);
    });

  /** Snapshot, then the tail, until the run is at rest. */
  async watch(id: number): Promise<void> {
    if (this.#watching === id) return;
    this.#watching = id;
    const hear = (event: RunEvent) => {
      if (this.#watching === id) this.detail = applyRunEvent(this.detail, event);
    };
    await attempt(call(commands.watchRun(id, stream(hear))));
    if (this.#watching !== id) return;
    this.#watching = null;
    this.asked = "nothing";
    await Promise.all([this.runs.refresh(), this.versions.refresh(), this.plan.refresh(), this.show(id)]);
    const end = this.detail?.run;
    if (route.view !== "train" && end?.outcome) toasts.say(end.outcome, end.status === "failed" ? "danger" : "plain");
  }

  async getModel(name: string): Promise<void> {
    const hear = (event: DownloadEvent) => {
      if (event.event === "progress" && this.download.at === "going") {
        this.download = { at: "going", model: name, done: event.done, total: event.total };
      }
    };
    this.download = { at: "going", model: name, done: 0, total: this.models.data?.find((m) => m.name === name)?.bytes ?? 0 };
    try {
      await call(commands.downloadModel(name, stream(hear)));
      this.download = { at: "rest" };
    } catch (thrown) {
      const error = asAppError(thrown);
      this.download = error.code === "cancelled" ? { at: "rest" } : { at: "failed", model: name, error };
    }
    await Promise.all([this.models.refresh(), this.plan.refresh()]);
  }

  stopDownload(): Promise<unknown> {
    return attempt(call(commands.cancelDownload()));
  }

  async #ask(what: Asked, work: () => Promise<unknown>): Promise<void> {
    this.asked = what;
    this.problem = null;
    try {
      await work();
      await this.runs.refresh();
    } catch (thrown) {
      this.problem = asAppError(thrown);
      this.asked = "nothing";
      return;
    }
    if (what === "start" || what === "resume" || this.active === null) this.asked = "nothing";
  }
}

export const training = new Training();
