// The dataset in numbers, counted for a model.
import { call, commands } from "../ipc/call";
import { Resource } from "./resource.svelte";

class Statistics {
  /** The model it is counted for; the default one when none was picked. */
  model = $state<string | null>(null);
  numbers = new Resource(() => call(commands.datasetStatistics(this.model)));

  choose(model: string | null): void {
    this.model = model;
    void this.numbers.refresh();
  }
}

export const statistics = new Statistics();
