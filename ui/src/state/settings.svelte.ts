// The author's settings, and how theme and text size reach the page.
import type { Settings, Theme } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { attempt } from "./attempt";
import { Resource } from "./resource.svelte";

export const initial: Settings = {
  theme: "system", text_size: 17, keep_awake: true, check_blogs: "off",
  write_temperature: 0.7, write_max_tokens: 500, write_stop: [], test_prompts: [],
};

export function resolveTheme(theme: Theme, systemIsDark: boolean): "light" | "dark" {
  if (theme === "system") return systemIsDark ? "dark" : "light";
  return theme;
}

/** The interface follows the text size at half its pace, so that controls never crowd the words out. */
export function interfaceSize(textSize: number): number {
  return Math.min(19, Math.max(14.5, 16 + (textSize - 17) * 0.5));
}

const systemDark = () => window.matchMedia("(prefers-color-scheme: dark)");

class SettingsStore extends Resource<Settings> {
  /** Saves one after another, so that two quick changes cannot undo each other. */
  #queue: Promise<unknown> = Promise.resolve();
  #unsaved = 0;

  constructor() {
    super(() => call(commands.getSettings()));
  }

  get now(): Settings {
    return this.data ?? initial;
  }

  change(part: Partial<Settings>): Promise<unknown> {
    const wanted = { ...this.now, ...part };
    this.set(wanted);
    this.apply();
    this.#unsaved += 1;
    this.#queue = this.#queue.then(async () => {
      const saved = await attempt(call(commands.saveSettings(wanted)));
      this.#unsaved -= 1;
      if (saved === undefined) await this.refresh();
      this.apply();
    });
    return this.#queue;
  }

  /** What is stored may be older than what the author sees while a change is on its way. */
  override refresh(): Promise<void> {
    return this.#unsaved > 0 ? Promise.resolve() : super.refresh();
  }

  apply(): void {
    const { theme, text_size } = this.now;
    const root = document.documentElement;
    root.dataset["theme"] = resolveTheme(theme, systemDark().matches);
    root.style.fontSize = `${interfaceSize(text_size)}px`;
    root.style.setProperty("--reading", `${text_size}px`);
  }

  start(): () => void {
    const media = systemDark();
    const follow = () => this.apply();
    follow();
    media.addEventListener("change", follow);
    void this.refresh().then(follow);
    return () => media.removeEventListener("change", follow);
  }
}

export const settings = new SettingsStore();
