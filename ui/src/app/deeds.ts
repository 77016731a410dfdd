// What a button beside an error does, when it is the same everywhere.
import type { Deed } from "../ipc/errors";
import { guide } from "../state/guide.svelte";
import { importing } from "../state/importing.svelte";
import { route } from "../state/route.svelte";

export const deeds: Record<Exclude<Deed, "retry">, () => void> = {
  choose_file: () => void importing.file(),
  show_guide: () => guide.show(),
  show_train: () => route.go("train"),
  show_examples: () => route.go("examples"),
  show_settings: () => route.go("settings"),
};
