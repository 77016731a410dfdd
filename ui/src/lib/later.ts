// Calls that come in a flurry, answered once.

/** Runs `act` once, `ms` after the last of a flurry of calls. */
export function coalesce(act: () => void, ms: number): (() => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(act, ms);
  };
  return Object.assign(ask, { cancel: () => clearTimeout(timer) });
}
