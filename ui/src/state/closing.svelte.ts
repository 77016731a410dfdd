// The window was asked to close: what was typed is saved first, and while a run goes on the author decides about it.
import type { CloseAsked, CloseChoice } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { attempt } from "./attempt";
import { confirm } from "./confirm.svelte";
import { drafts } from "./drafts.svelte";

class Closing {
  asked = $state.raw<CloseAsked | null>(null);

  ask(asked: CloseAsked): void {
    if (asked.run === null) void this.#leave();
    else this.asked = asked;
  }

  async answer(choice: CloseChoice): Promise<void> {
    this.asked = null;
    if (choice !== "stay") await drafts.flush();
    await attempt(call(commands.closeWindow(choice)));
  }

  /** Closes when the draft is saved; where it cannot be, the author has the last word. */
  async #leave(): Promise<void> {
    await drafts.flush();
    if (drafts.saved.at === "failed") {
      await attempt(call(commands.closeWindow("stay")));
      const yes = await confirm.ask({
        title: "Your draft is not saved",
        text: `${drafts.saved.error.message} What you typed since the last save is lost if the window closes now.`,
        yes: "Close without saving", danger: true,
      });
      if (!yes) return;
    }
    await attempt(call(commands.closeWindow("close")));
  }
}

export const closing = new Closing();
