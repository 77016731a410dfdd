// "Get your posts as a file": the one dialog that can be asked for from many places.
import type { Source } from "../ipc/bindings";
import { platformOf, type Platform } from "../lib/guide";
import { blog } from "./blog.svelte";

class GuideStore {
  open = $state(false);
  platform = $state<Platform>("substack");
  /** The blog it is about, where that is known: then its own pages can be named. */
  source = $state.raw<Source | null>(null);

  show(source: Source | null = blog.feeds[0] ?? null): void {
    this.source = source;
    this.platform = platformOf(source) ?? this.platform;
    this.open = true;
  }

  close(): void {
    this.open = false;
  }
}

export const guide = new GuideStore();
