// Every text colour against every ground it may stand on, in both themes: at least 4.5 to 1.
import { describe, expect, it } from "vitest";
import css from "./tokens.css?raw";

type Rgb = [number, number, number];

function tokens(selector: string): Map<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split("\n}")[0] ?? "";
  return new Map([...block.matchAll(/--([\w-]+):\s*([^;]+);/g)].map((m) => [m[1] ?? "", m[2] ?? ""]));
}

const light = tokens(":root");
const themes = { light, dark: new Map([...light, ...tokens(':root[data-theme="dark"]')]) };

const hex = (text: string): Rgb => [1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16)) as Rgb;
const mix = (over: Rgb, under: Rgb, share: number) => over.map((c, i) => c * share + (under[i] ?? 0) * (1 - share)) as Rgb;

function luminance(color: Rgb): number {
  const [r, g, b] = color.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4)) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each(Object.entries(themes))("%s", (_, theme) => {
  const color = (name: string) => hex(theme.get(name) ?? "");
  const tintShare = Number(/(\d+)%/.exec(theme.get("tint") ?? "")?.[1]) / 100;
  const tinted = (name: string) => mix(color("accent"), color(name), tintShare);

  it.each(["ink", "ink-2", "accent", "warn", "danger"])("%s on paper, rail, raised and sunk", (text) => {
    for (const ground of ["paper", "rail", "raised", "sunk"]) expect(contrast(color(text), color(ground)), ground).toBeGreaterThanOrEqual(4.5);
  });

  it.each(["ink", "ink-2", "accent", "warn"])("%s on a chosen row", (text) => {
    for (const ground of ["paper", "raised"]) expect(contrast(color(text), tinted(ground)), ground).toBeGreaterThanOrEqual(4.5);
  });

  it("the words on a filled button", () => {
    for (const ground of ["accent", "accent-2"]) expect(contrast(color("on-accent"), color(ground))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color("ink-2"), color("line"))).toBeGreaterThanOrEqual(4.5);
  });
});
