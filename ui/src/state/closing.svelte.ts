// The window was asked to close while a run goes on.
import type { CloseAsked, CloseChoice } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { attempt } from "./attempt";
import { drafts } from "./drafts.svelte";

class Closing {
  asked = $state.raw<CloseAsked | null>(null);

  ask(asked: CloseAsked): void {
    this.asked = asked;
  }

  async answer(choice: CloseChoice): Promise<void> {
    this.asked = null;
    if (choice !== "stay") await drafts.flush();
    await attempt(call(commands.closeWindow(choice)));
  }
}

export const closing = new Closing();
