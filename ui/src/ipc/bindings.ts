// PRELIMINARY, hand-written by the lead in the shape tauri-specta will generate; replaced by the generated file.
import { Channel, invoke } from "@tauri-apps/api/core";

export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };

/* ------------------------------------------------------------------ types */
export type Code =
  | "bad_input" | "not_a_feed" | "feed_cut_short" | "site_unreachable" | "site_refused" | "no_feed_found"
  | "disk_full" | "model_missing" | "model_damaged" | "database_newer" | "database_busy" | "keyring_unavailable"
  | "run_active" | "nothing_to_train" | "not_found" | "changed_elsewhere" | "cancelled" | "network" | "internal";
/** What happened (message), what to do (hint), and the technical cause for the curious (detail). */
export type WireError = { code: Code; message: string; hint: string | null; detail: string | null };

export type Page<T> = { items: T[]; next: string | null; total: number };

// Blog
export type SourceKind = "feed" | "file" | "sample";
export type Source = { id: number; kind: SourceKind; title: string; address: string; checked_at: string | null; posts: number; site_posts: number | null };
export type PostState = "included" | "excluded" | "truncated" | "changed";
export type Post = { id: number; source: number; url: string | null; title: string; subtitle: string | null; published_at: string | null; words: number; state: PostState; held_out: boolean };
export type PostQuery = { search: string | null; cursor: string | null; limit: number | null };
/** snippet: the hit in context for a search, as HTML with <mark> only */
export type PostRow = Post & { snippet: string | null };
export type PostDetail = { post: Post; markdown: string; html: string; training_text: string };
export type BlogSummary = { sources: Source[]; posts: number; words: number; held_out: number };
export type ImportEvent =
  | { event: "looking"; address: string }
  | { event: "found"; title: string; posts: number; site_posts: number | null }
  | { event: "post"; id: number; title: string; words: number; state: PostState }
  | { event: "done"; report: ImportReport };
export type Skipped = { title: string; reason: string };
export type ImportReport = { source: number; title: string; posts: number; new: number; changed: number; unchanged: number; skipped: Skipped[]; site_posts: number | null; message: string };
export type LengthBin = { from: number; to: number; share: number };
export type MarkRate = { mark: string; name: string; per_thousand: number; others: number | null };
export type WordRate = { word: string; per_thousand: number; times_more: number; posts: number };
export type Opening = { text: string; count: number; posts: number[] };
export type Phrase = { text: string; count: number; posts: number[] };
export type Portrait = {
  posts: number; words: number; sentences: number; mean_sentence_words: number; sentence_lengths: LengthBin[]; rhythm: number[];
  marks: MarkRate[]; words_used: WordRate[]; openings: Opening[]; phrases: Phrase[];
};

// Examples
export type Kind = "completion" | "instruction" | "question";
export type Preset = "voice" | "seed";
export type ExampleStatus = "kept" | "dropped" | "flagged"; // flagged: to look at, the author has not decided
export type Flag = { code: "too_short" | "summary_too_short" | "duplicate" | "truncated"; reason: string };
export type Example = { id: number; post: number; post_title: string; kind: Kind; prompt: string; completion: string; tokens: number; status: ExampleStatus; edited: boolean; held_out: boolean; flags: Flag[] };
export type ExampleQuery = { kind: Kind | null; status: ExampleStatus | null; post: number | null; flagged: boolean | null; search: string | null; cursor: string | null; limit: number | null };
export type KindSetting = { kind: Kind; enabled: boolean; examples: number; tokens: number; sentence: string };
export type ExampleSummary = { preset: Preset; kinds: KindSetting[]; kept: number; dropped: number; flagged: number; held_out_posts: number; training_posts: number; tokens_per_epoch: number; exposure: number; can_undo: string | null /* what undo would undo, e.g. "Drop of 'Title'" */ };
export type ExportFormat = "prompt_completion" | "messages" | "text";

// Train
export type Model = { name: string; title: string; engine: "local"; installed: boolean; bytes: number; parameters: number; licence: string; note: string; memory_bytes: number };
export type DownloadEvent = { event: "progress"; done: number; total: number } | { event: "done" };
export type RunOptions = { model: string | null; preset: Preset | null; epochs: number | null; max_steps: number | null; learning_rate: number | null; batch_size: number | null; rank: number | null; seed: number | null; hold_out: number | null; minutes: number | null };
export type Recipe = { preset: Preset; epochs: number; max_steps: number | null; learning_rate: number; batch_size: number; rank: number; alpha: number; rendering: "plain" | "chat"; seed: number; minutes: number | null; step_tokens: number };
export type Plan = { engine: "local"; model: string; recipe: Recipe; training_posts: number; held_out_posts: number; held_out_titles: string[]; steps: number; tokens: number; minutes: number; memory_bytes: number; issues: string[] };
export type RunStatus = "queued" | "running" | "succeeded" | "paused" | "interrupted" | "failed" | "cancelled";
export type Run = { id: number; status: RunStatus; engine: "local"; model: string; preset: Preset; step: number; steps: number; epoch: number; epochs: number; train_loss: number | null; held_out_loss: number | null; base_loss: number | null; tokens_per_second: number | null; seconds_left: number | null; started_at: string | null; ended_at: string | null; version: number | null; outcome: string | null /* one sentence: how it ended */; resumable: boolean };
export type StepPoint = { step: number; loss: number };
export type HeldOutPoint = { step: number; loss: number };
export type PostLoss = { post: number; title: string; base: number; tuned: number; tokens: number };
export type TestDraft = { prompt: string; text: string; finish: Finish };
export type RunDetail = { run: Run; recipe: Recipe; train: StepPoint[]; held_out: HeldOutPoint[]; posts: PostLoss[]; tests: TestDraft[]; log: string[] };
/** watch_run: first a snapshot, then the tail (at most 4 a second). */
export type RunEvent =
  | { event: "snapshot"; detail: RunDetail }
  | { event: "run"; run: Run }
  | { event: "step"; point: StepPoint }
  | { event: "held_out"; point: HeldOutPoint };
export type Version = { id: number; name: string; run: number; model: string; rendering: "plain" | "chat"; current: boolean; created_at: string; held_out_loss: number; base_loss: number; bits_per_byte: number; base_bits_per_byte: number; better_on: number; held_out_posts: number; sentence: string };

// Write
export type DraftRow = { id: number; title: string; words: number; updated_at: string; excerpt: string };
export type Draft = { id: number; title: string; body: string; revision: number; updated_at: string };
export type Finish = "end_of_text" | "length" | "stop_text" | "stopped";
/** version null and model null: the current version, or the base model when there is none */
export type WriteRequest = { prompt: string; version: number | null; base_model: boolean; max_tokens: number; temperature: number; top_p: number; stop: string[]; seed: number | null };
export type WriteEvent =
  | { event: "waiting"; reason: string }
  | { event: "token"; text: string }
  | { event: "done"; text: string; finish: Finish; tokens: number; tokens_per_second: number; version: string; seed: number; sentence: string };

// Settings
export type Theme = "system" | "light" | "dark";
export type Settings = { theme: Theme; text_size: number /* px, 14–22 */; keep_awake: boolean; write_temperature: number; write_max_tokens: number; write_stop: string[]; test_prompts: string[] };
export type KeyStatus = "set" | "missing" | "no_keyring";
export type Host = { host: string; purpose: string; last_asked: string | null };
export type AppInfo = { version: string; data_dir: string; database_bytes: number; models_dir: string; threads: number };

/** broadcast, means only "refetch" */
export type Topic = "posts" | "examples" | "runs" | "versions" | "drafts" | "settings";
export type Changed = { topic: Topic };
/** the window is asked to close while a run goes on; answer with commands.closeWindow(choice) */
export type CloseAsked = { run: number };
export type CloseChoice = "keep_running" | "pause" | "cancel_run" | "stay";

/* --------------------------------------------------------------- commands */
async function call<T>(name: string, args: Record<string, unknown> = {}): Promise<Result<T, WireError>> {
  try { return { status: "ok", data: await invoke<T>(name, args) }; }
  catch (e) { if (e instanceof Error) throw e; return { status: "error", error: e as WireError }; }
}
export const commands = {
  // blog
  importBlog: (source: string, onEvent: Channel<ImportEvent>) => call<ImportReport>("import_blog", { source, onEvent }),
  importSample: (onEvent: Channel<ImportEvent>) => call<ImportReport>("import_sample", { onEvent }),
  chooseFeedFile: () => call<string | null>("choose_feed_file"), // native dialog, gives a path for importBlog
  cancelImport: () => call<null>("cancel_import"),
  refreshSource: (id: number, onEvent: Channel<ImportEvent>) => call<ImportReport>("refresh_source", { id, onEvent }),
  blogSummary: () => call<BlogSummary>("blog_summary"),
  listPosts: (query: PostQuery) => call<Page<PostRow>>("list_posts", { query }),
  getPost: (id: number) => call<PostDetail>("get_post", { id }),
  setPostsIncluded: (ids: number[], included: boolean) => call<null>("set_posts_included", { ids, included }),
  getPortrait: () => call<Portrait>("get_portrait"),
  // examples
  buildExamples: (preset: Preset) => call<ExampleSummary>("build_examples", { preset }),
  exampleSummary: () => call<ExampleSummary>("example_summary"),
  setKindEnabled: (kind: Kind, enabled: boolean) => call<ExampleSummary>("set_kind_enabled", { kind, enabled }),
  listExamples: (query: ExampleQuery) => call<Page<Example>>("list_examples", { query }),
  setExamplesStatus: (ids: number[], status: ExampleStatus) => call<ExampleSummary>("set_examples_status", { ids, status }), // "kept" | "dropped"
  editExample: (id: number, prompt: string, completion: string) => call<Example>("edit_example", { id, prompt, completion }),
  undoExamples: () => call<ExampleSummary>("undo_examples"),
  exportExamples: (format: ExportFormat) => call<string | null>("export_examples", { format }), // native save dialog; null: the author closed it
  // train
  listModels: () => call<Model[]>("list_models"),
  downloadModel: (name: string, onEvent: Channel<DownloadEvent>) => call<null>("download_model", { name, onEvent }),
  cancelDownload: () => call<null>("cancel_download"),
  planRun: (options: RunOptions) => call<Plan>("plan_run", { options }),
  startRun: (options: RunOptions) => call<number>("start_run", { options }),
  listRuns: () => call<Run[]>("list_runs"),
  getRun: (id: number) => call<RunDetail>("get_run", { id }),
  watchRun: (id: number, onEvent: Channel<RunEvent>) => call<null>("watch_run", { id, onEvent }), // resolves when the run is at rest
  pauseRun: (id: number) => call<null>("pause_run", { id }),
  resumeRun: (id: number) => call<null>("resume_run", { id }),
  cancelRun: (id: number) => call<null>("cancel_run", { id }),
  // versions
  listVersions: () => call<Version[]>("list_versions"),
  promoteVersion: (id: number) => call<null>("promote_version", { id }),
  undoPromotion: () => call<null>("undo_promotion"),
  deleteVersion: (id: number) => call<null>("delete_version", { id }),
  exportVersion: (id: number) => call<string | null>("export_version", { id }), // native folder dialog
  // write
  listDrafts: () => call<DraftRow[]>("list_drafts"),
  createDraft: (title: string) => call<Draft>("create_draft", { title }),
  getDraft: (id: number) => call<Draft>("get_draft", { id }),
  /** revision: the one last seen; "changed_elsewhere" when another window saved in between, nothing is overwritten */
  saveDraft: (id: number, title: string, body: string, revision: number) => call<Draft>("save_draft", { id, title, body, revision }),
  deleteDraft: (id: number) => call<null>("delete_draft", { id }),
  renderMarkdown: (markdown: string) => call<string>("render_markdown", { markdown }), // sanitised HTML
  writeText: (request: WriteRequest, onEvent: Channel<WriteEvent>) => call<null>("write_text", { request, onEvent }), // a new request stops the old one
  stopWriting: () => call<null>("stop_writing"),
  copyMarkdown: (markdown: string) => call<null>("copy_markdown", { markdown }),
  copyHtml: (markdown: string) => call<null>("copy_html", { markdown }), // rich text, from Markdown
  // settings
  getSettings: () => call<Settings>("get_settings"),
  saveSettings: (settings: Settings) => call<Settings>("save_settings", { settings }),
  keyStatus: () => call<KeyStatus>("key_status"),
  setKey: (key: string) => call<KeyStatus>("set_key", { key }),
  deleteKey: () => call<KeyStatus>("delete_key"),
  listHosts: () => call<Host[]>("list_hosts"),
  appInfo: () => call<AppInfo>("app_info"),
  exportEverything: () => call<string | null>("export_everything"), // native save dialog, a zip
  deleteEverything: (confirmation: string) => call<null>("delete_everything", { confirmation }), // confirmation must be "delete"
  openAddress: (address: string) => call<null>("open_address", { address }), // in the author's browser; http(s) only
  closeWindow: (choice: CloseChoice) => call<null>("close_window", { choice }),
  /** What stopped the app from opening its data (a newer database, say); null when all is well. Ask first at start. */
  startupProblem: () => call<WireError | null>("startup_problem"),
};
