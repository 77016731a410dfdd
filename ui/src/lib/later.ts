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

/** Runs `act` at most once in `ms`, however many calls come: for a flurry that goes on for minutes. */
export function atMostEvery(act: () => void, ms: number): (() => void) & { cancel(): void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, ms);
  };
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return Object.assign(ask, { cancel });
}
