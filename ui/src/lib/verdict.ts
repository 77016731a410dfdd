// A run's result in words. With few posts nothing can be known, and then it says so.
import type { Finish, Model, PostLoss, Run } from "../ipc/bindings";
import { plural } from "./format";

export const FEW = 6;

export function betterOn(posts: PostLoss[]): number {
  return posts.filter((post) => post.tuned < post.base).length;
}

export function verdict(posts: PostLoss[]): string {
  if (posts.length === 0) return "No posts were held out, so nothing can be said about how close it came.";
  const better = betterOn(posts);
  const share = `It foretells ${better === posts.length ? "all" : better} of your ${plural(posts.length, "held-out post")} better than before.`;
  if (posts.length < FEW) return `${share} That is too few posts to be sure.`;
  if (better === posts.length) return share;
  if (better * 3 >= posts.length * 2) return `${share} It came closer to you.`;
  if (better * 3 <= posts.length) return `${share} It did not come closer to you.`;
  return `${share} It is not clear that it came closer to you.`;
}

export function statusWords(run: Run): string {
  switch (run.status) {
    case "queued":
      return "Waiting to start";
    case "running":
      return run.step === 0 ? "Getting ready" : "Training";
    case "succeeded":
      return "Finished";
    case "paused":
      return "Paused";
    case "interrupted":
      return "Interrupted";
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

export function isActive(run: Run): boolean {
  return run.status === "running" || run.status === "queued";
}

export function finishWords(finish: Finish): string {
  switch (finish) {
    case "end_of_text":
      return "It came to an end by itself.";
    case "length":
      return "Cut: it reached the length you set.";
    case "stop_text":
      return "It ended at your stop text.";
    case "stopped":
      return "You stopped it here.";
  }
}

/** Under half a billion weights; where they are not counted yet, the file's size tells. */
export function isTiny(model: Pick<Model, "parameters" | "bytes">): boolean {
  return model.parameters > 0 ? model.parameters < 500e6 : model.bytes < 350e6;
}

export const tinyModelNote = "A very small model: good for trying things out. For real drafts choose a larger one.";
