// The one place where a command's Result becomes data or a thrown AppError.
import { Channel } from "@tauri-apps/api/core";
import type { WireError } from "./bindings";
import { AppError, asAppError } from "./errors";

export { commands } from "./bindings";

/** What every generated command resolves to. */
export type Result<T, E> = { status: "ok"; data: T } | { status: "error"; error: E };

/** `await call(commands.getPost(3))`: the data, or a thrown AppError. */
export async function call<T>(asked: Promise<Result<T, WireError>>): Promise<T> {
  let answer: Result<T, WireError>;
  try {
    answer = await asked;
  } catch (thrown) {
    throw asAppError(thrown);
  }
  if (answer.status === "ok") return answer.data;
  throw new AppError(answer.error);
}

/** A stream that belongs to one call. */
export function stream<T>(onEvent: (event: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = onEvent;
  return channel;
}
