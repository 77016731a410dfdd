import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/jetbrains-mono/wght.css";
import "@fontsource-variable/literata/opsz.css";
import "@fontsource-variable/literata/opsz-italic.css";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/prose.css";
import { mount } from "svelte";
import App from "./App.svelte";

async function start(): Promise<void> {
  // In a plain browser there is no Rust: `npm run dev` then speaks to a fake, which no build contains.
  if (import.meta.env.DEV && !("__TAURI_INTERNALS__" in window)) (await import("./dev/fake")).install();
  const target = document.getElementById("app");
  if (target !== null) mount(App, { target });
}

void start();
