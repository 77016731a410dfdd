// Files of examples made elsewhere: taking one in, and letting one go.
import type { ImportedFile } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { asAppError, type AppError } from "../ipc/errors";
import { plural } from "../lib/format";
import { confirm } from "./confirm.svelte";
import { examples } from "./examples.svelte";

class Imported {
  open = $state(false);
  work = $state<"rest" | "reading">("rest");
  /** What came in last. */
  newest = $state.raw<ImportedFile | null>(null);
  problem = $state.raw<AppError | null>(null);

  show(): void {
    this.open = true;
    this.newest = null;
    this.problem = null;
  }

  async choose(): Promise<void> {
    this.work = "reading";
    this.problem = null;
    try {
      const file = await call(commands.importExamples());
      if (file !== null) {
        this.newest = file;
        await examples.refresh();
      }
    } catch (thrown) {
      this.problem = asAppError(thrown);
    }
    this.work = "rest";
  }

  async forget(file: ImportedFile): Promise<void> {
    const yes = await confirm.ask({
      title: `Forget ${file.name}?`,
      text: `Its ${plural(file.rows, "example")} and your decisions about them are taken out. The file itself stays where it is.`,
      yes: "Forget it",
      danger: true,
    });
    if (!yes) return;
    if (this.newest?.id === file.id) this.newest = null;
    await examples.rebuilt(call(commands.forgetImported(file.id)));
  }
}

export const imported = new Imported();
