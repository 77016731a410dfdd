// The arithmetic of the loss chart; the drawing is views/train/Curve.svelte.
export type Point = { step: number; loss: number };
export type Domain = { low: number; high: number };
export type Box = { left: number; top: number; width: number; height: number };

const finite = (n: number | null): n is number => n !== null && Number.isFinite(n);

function quantile(sorted: number[], at: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(at * (sorted.length - 1))))] ?? 0;
}

/** The losses to show. Held-out points and the base line are always inside; one wild training step does not flatten the rest. */
export function domainOf(train: Point[], heldOut: Point[], base: number | null): Domain {
  const sorted = train.map((p) => p.loss).filter(finite).sort((a, b) => a - b);
  const shown = [...heldOut.map((p) => p.loss), base].filter(finite);
  if (sorted.length > 0) shown.push(quantile(sorted, 0.02), quantile(sorted, 0.98));
  if (shown.length === 0) return { low: 0, high: 1 };
  const low = Math.min(...shown);
  const high = Math.max(...shown);
  const room = Math.max((high - low) * 0.12, 0.05);
  return { low: Math.max(0, low - room), high: high + room };
}

/** Round numbers inside the domain, at most `most` of them. */
export function ticksOf({ low, high }: Domain, most = 5): number[] {
  const raw = (high - low) / most;
  if (!(raw > 0)) return [];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? power * 10;
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + 1e-9; n += 1) ticks.push(Number((n * step).toPrecision(10)));
  return ticks;
}

export function x(step: number, steps: number, box: Box): number {
  return box.left + (steps <= 0 ? 0 : Math.min(1, Math.max(0, step / steps))) * box.width;
}

export function y(loss: number, { low, high }: Domain, box: Box): number {
  const share = high === low ? 0.5 : (high - loss) / (high - low);
  return box.top + Math.min(1, Math.max(0, share)) * box.height;
}

/** An SVG path through the points; gaps where a loss is not a number. */
export function path(points: Point[], steps: number, domain: Domain, box: Box): string {
  let drawn = "";
  let pen = false;
  for (const { step, loss } of points) {
    if (!Number.isFinite(loss)) {
      pen = false;
      continue;
    }
    drawn += `${pen ? "L" : "M"}${x(step, steps, box).toFixed(1)} ${y(loss, domain, box).toFixed(1)}`;
    pen = true;
  }
  return drawn;
}
