// Numbers, dates and amounts as a writer reads them.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export function count(n: number): string {
  return whole.format(n);
}

/** "1 post", "20 posts", "1,204 words" */
export function plural(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function date(iso: string | null): string {
  if (iso === null) return "";
  const at = new Date(iso);
  return Number.isNaN(at.getTime()) ? "" : `${at.getDate()} ${months[at.getMonth()]} ${at.getFullYear()}`;
}

export function ago(iso: string | null, now: Date = new Date()): string {
  if (iso === null) return "never";
  const seconds = (now.getTime() - new Date(iso).getTime()) / 1000;
  if (Number.isNaN(seconds)) return "never";
  if (seconds < 60) return "just now";
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  if (seconds < 2 * 86_400) return "yesterday";
  if (seconds < 14 * 86_400) return `${Math.floor(seconds / 86_400)} days ago`;
  return `on ${date(iso)}`;
}

/** How long something takes: "less than a minute", "2 min", "1 h 20 min". */
export function lasting(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 45) return "less than a minute";
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`}`;
}

/** The same in a sentence: "about 2 minutes", "about an hour", "about 1 h 20 min". */
export function aboutTime(seconds: number): string {
  const words = lasting(seconds);
  if (words.startsWith("less")) return words;
  if (words === "1 min") return "about a minute";
  if (words === "1 h") return "about an hour";
  return `about ${words.includes(" h") ? words : words.replace("min", "minutes")}`;
}

/** The same before it starts: "about 4 min". */
export function aboutMinutes(minutes: number): string {
  const words = lasting(minutes * 60);
  return words.startsWith("less") ? words : `about ${words}`;
}

export function bytes(n: number): string {
  if (n < 1e6) return `${Math.max(1, Math.round(n / 1e3))} kB`;
  if (n < 1e9) return `${Math.round(n / 1e6)} MB`;
  return `${(n / 1e9).toFixed(1)} GB`;
}

export function decimals(n: number | null, places = 2): string {
  return n === null || !Number.isFinite(n) ? "–" : n.toFixed(places);
}

/** A number that is only known once the model is here. */
export function countOr(n: number | null, unknown = "–"): string {
  return n === null ? unknown : count(n);
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** A learning rate: 0.0002 → "2e-4" */
export function rate(n: number): string {
  return n !== 0 && Math.abs(n) < 0.01 ? n.toExponential().replace(/e([+-])0*(\d)/, "e$1$2") : String(n);
}

/** "https://a.example/feed" → "a.example"; a path stays its last part. */
export function shortAddress(address: string): string {
  try {
    const url = new URL(address);
    if (url.protocol.startsWith("http")) return url.host.replace(/^www\./, "");
  } catch {
    // Not an address: a path.
  }
  return address.split(/[\\/]/).pop() ?? address;
}

export function words(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0;
}

/** Whether a list of stop texts reads back: real newlines are shown as \n, one text to a line. */
export function showStops(stops: string[]): string {
  return stops.map((stop) => stop.replaceAll("\\", "\\\\").replaceAll("\n", "\\n")).join("\n");
}

export function readStops(shown: string): string[] {
  return shown
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/\\(n|\\)/g, (_, c: string) => (c === "n" ? "\n" : "\\")));
}
