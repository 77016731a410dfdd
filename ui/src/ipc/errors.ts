// What each error means to the window: how loud it is, and which button stands beside it.
// `satisfies Record<Code, …>` makes a code without an entry a type error.
import type { Code, WireError } from "./bindings";

export type Severity = "info" | "warning" | "danger" | "silent";

/** What a button beside an error can do. "retry" needs the place that failed; the others are the same everywhere. */
export type Deed = "retry" | "choose_file" | "show_guide" | "show_train" | "show_examples" | "show_settings";

export type Treatment = { severity: Severity; button: { label: string; deed: Deed } | null };

const again = { label: "Try again", deed: "retry" } as const;
const chooseFile = { label: "Choose a file", deed: "choose_file" } as const;
const fromExport = { label: "Get them from an export", deed: "show_guide" } as const;

export const treatments = {
  bad_input: { severity: "warning", button: null },
  not_a_feed: { severity: "warning", button: chooseFile },
  feed_cut_short: { severity: "warning", button: again },
  site_unreachable: { severity: "warning", button: again },
  site_refused: { severity: "warning", button: fromExport },
  no_feed_found: { severity: "warning", button: chooseFile },
  disk_full: { severity: "danger", button: again },
  model_missing: { severity: "warning", button: { label: "Get the model", deed: "show_train" } },
  model_damaged: { severity: "danger", button: { label: "Get the model again", deed: "show_train" } },
  database_newer: { severity: "danger", button: { label: "Look again", deed: "retry" } },
  database_busy: { severity: "warning", button: again },
  keyring_unavailable: { severity: "warning", button: again },
  run_active: { severity: "info", button: { label: "Show the run", deed: "show_train" } },
  nothing_to_train: { severity: "info", button: { label: "Look at the examples", deed: "show_examples" } },
  not_found: { severity: "info", button: { label: "Load again", deed: "retry" } },
  changed_elsewhere: { severity: "warning", button: { label: "Load the newer one", deed: "retry" } },
  cancelled: { severity: "silent", button: null },
  network: { severity: "warning", button: again },
  internal: { severity: "danger", button: again },
} satisfies Record<Code, Treatment>;

export function treatmentOf(code: Code): Treatment {
  return treatments[code];
}

/** A failed command, as the rest of the window sees it. */
export class AppError extends Error {
  readonly code: Code;
  readonly hint: string | null;
  readonly detail: string | null;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = "AppError";
    this.code = wire.code;
    this.hint = wire.hint;
    this.detail = wire.detail;
  }
}

/** Anything thrown, as an AppError. What is not one came from the window itself. */
export function asAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  return new AppError({
    code: "internal",
    message: "Something went wrong inside the app.",
    hint: "Nothing was lost. Try again; if it keeps happening, close the app and open it again.",
    detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  });
}
