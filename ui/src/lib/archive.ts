// The older posts as they come in, in words: how many, how fast, how long.
import { aboutTime, plural } from "./format";
import type { Archive, Reading } from "./importing";

/** No site is asked more often than twice a second. */
const fastest = 2;

/** Posts still to come: what Rust said last, less those that arrived since. */
export function left(now: Reading): number {
  return now.archive === null ? 0 : leftOf(now.archive, now.posts.length);
}

function leftOf(archive: Archive, posts: number): number {
  return Math.max(0, archive.left - (posts - archive.postsThen));
}

/** Posts a second: as measured once there is something to measure. */
export function pace(now: Reading, at: number = Date.now()): number {
  if (now.archive === null) return fastest;
  const came = now.archive.first - left(now);
  const seconds = (at - now.archive.since) / 1000;
  return came < 6 || seconds < 1 ? fastest : came / seconds;
}

/** "192 older posts are coming in, two a second: about 2 minutes." */
export function coming(now: Reading, noun: "post" | "one" = "post", at: number = Date.now()): string {
  const rest = left(now);
  if (rest === 0) return "The last ones are being put in their place.";
  const speed = pace(now, at);
  const how = speed > 2.6 ? "" : speed >= 1.3 ? ", two a second" : ", one by one";
  return `${plural(rest, `older ${noun} is`, `older ${noun}s are`)} coming in${how}: ${aboutTime(rest / speed)}.`;
}

/** How much is here, 0 to 1, or nothing while that cannot be told. */
export function share(now: Reading): number | null {
  if (now.archive !== null) {
    const all = now.posts.length + left(now);
    return all === 0 ? null : now.posts.length / all;
  }
  return now.expected > 0 ? Math.min(1, now.posts.length / now.expected) : null;
}
