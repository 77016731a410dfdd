// Commands whose failure is told in a toast, because they were asked for elsewhere.
import { asAppError, type AppError } from "../ipc/errors";
import { toasts } from "./toasts.svelte";

export function sentenceOf(error: AppError): string {
  return error.hint === null ? error.message : `${error.message} ${error.hint}`;
}

export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (thrown) {
    const error = asAppError(thrown);
    if (error.code !== "cancelled") toasts.say(sentenceOf(error), "danger");
    return undefined;
  }
}
