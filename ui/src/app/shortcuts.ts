// The window's own keys: views, palette, Esc.
import { isMod } from "../lib/keys";
import { route, views } from "../state/route.svelte";
import { stepOut } from "./escape";

export function press(event: KeyboardEvent): void {
  if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented && document.querySelector("dialog[open]") === null) {
    if (stepOut()) event.preventDefault();
    return;
  }
  const asking = document.querySelector("dialog[open]") !== null && route.palette === "closed";
  if (!isMod(event) || asking) return;
  if (event.key.toLowerCase() === "k") {
    event.preventDefault();
    route.palette = route.palette === "open" ? "closed" : "open";
    return;
  }
  const view = views[Number(event.key) - 1];
  if (view !== undefined) {
    event.preventDefault();
    route.go(view);
  }
}
