// Esc goes one step out: the innermost open thing answers first.
type Step = () => boolean;
const steps: Step[] = [];

/** Registers a step; gives the function that takes it away. A step says whether it did something. */
export function onEscape(step: Step): () => void {
  steps.push(step);
  return () => {
    const at = steps.lastIndexOf(step);
    if (at >= 0) steps.splice(at, 1);
  };
}

export function stepOut(): boolean {
  for (let i = steps.length - 1; i >= 0; i -= 1) {
    if (steps[i]?.()) return true;
  }
  return false;
}
