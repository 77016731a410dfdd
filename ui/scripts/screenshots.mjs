// Pictures of every view and state, in both themes, from the fake backend: `npm run screenshots [pattern of names]`.
// Needs playwright-core and a Chromium (CHROMIUM, else /usr/bin/chromium); nothing else in the project does.
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";
import { createServer } from "vite";

const out = process.env.SHOTS ?? "/tmp/shots";
const only = process.argv[2] ?? "";
const themes = (process.env.THEMES ?? "light,dark").split(",");
mkdirSync(out, { recursive: true });

const id = (name) => `[data-testid="${name}"]`;
const nav = (view) => async (page) => page.click(id(`nav-${view}`));
const openDraft = async (page) => {
  await nav("write")(page);
  await page.locator(id("draft-row")).first().click();
  await page.waitForSelector(".cm-content");
};
const suggest = async (page) => {
  await openDraft(page);
  await page.click(id("write-go"));
  await page.waitForTimeout(2600);
};

const archive = async (page) => {
  await page.fill(id("first-run-address"), "truingstand.example");
  await page.click(id("first-run-import"));
  await page.waitForSelector(id("import-meanwhile"));
  await page.waitForTimeout(1700);
};
const meanwhile = async (page) => {
  await archive(page);
  await page.click(id("import-meanwhile"));
  await page.waitForSelector(id("post-row"));
};
const guide = (platform) => async (page) => {
  await page.click(id("add-posts"));
  await page.click(id("add-guide"));
  await page.click(id(`guide-${platform}`));
};
const tab = (name) => async (page) => page.click(id(`blog-tab-${name}`));
const small = [900, 600];

/** name, scene of the fake, what to do, size */
const shots = [
  ["first-run", "empty"],
  ["first-run-import", "importing", async (page) => { await page.click(id("first-run-sample")); await page.waitForTimeout(1600); }],
  ["first-run-done", "empty", async (page) => { await page.click(id("first-run-sample")); await page.waitForSelector(id("import-done")); }],
  ["first-run-error", "failed-import", async (page) => { await page.fill(id("first-run-address"), "truingstand.example"); await page.click(id("first-run-import")); await page.waitForSelector(id("error-note")); }],
  ["blog", "full"],
  ["blog-search", "full", async (page) => { await page.fill(id("post-search"), "kettle"); await page.waitForTimeout(500); }],
  ["blog-source", "full", async (page) => { await page.click(id("face-source")); }],
  ["blog-preview-only", "full", async (page) => { await page.locator(id("post-row")).nth(9).click(); }],
  ["blog-add", "full", async (page) => { await page.click(id("add-posts")); }],
  ["blog-refreshed", "full", async (page) => { await page.click(id("refresh")); await page.waitForSelector(id("import-done")); }],
  ["blog-error", "error"],
  ["import-archive", "archive", archive],
  ["import-meanwhile", "archive", meanwhile],
  ["import-stopped", "archive", async (page) => { await meanwhile(page); await page.click(id("import-cancel")); await page.waitForSelector(id("import-done")); }],
  ["import-first-stopped", "archive", async (page) => { await archive(page); await page.click(id("import-cancel")); await page.waitForSelector(id("import-done")); }],
  ["import-interrupted", "interrupted", async (page) => { await meanwhile(page); await page.waitForSelector(id("import-done")); }],
  ["import-refused", "refused", async (page) => { await page.click(id("refresh")); await page.waitForSelector(id("error-note")); }],
  ["import-dropping", "empty", async (page) => { await page.evaluate(() => window.__TAURI_INTERNALS__.invoke("plugin:event|emit", { event: "tauri://drag-enter", payload: {} })); }],
  ["blog-waiting", "waiting"],
  ["blog-reach", "reach"],
  ["blog-reach-why", "reach", async (page) => { await page.click(id("older-why")); }],
  ["blog-states", "states", async (page) => { await page.locator(id("post-row")).nth(5).click(); }],
  ["blog-repeated", "repeated", tab("repeated")],
  ["blog-sources", "sources&check=daily", async (page) => { await page.click(id("sources")); }],
  ["blog-next-check", "full&check=weekly"],
  ["guide-substack", "full", guide("substack")],
  ["guide-medium", "full", guide("medium")],
  ["guide-blogger", "full", guide("blogger")],
  ["guide-other", "full", guide("other")],
  ["guide-first-run", "empty", async (page) => { await page.click(id("first-run-guide")); }],
  ["portrait", "full", tab("portrait")],
  ["portrait-below", "full", async (page) => { await page.click(id("blog-tab-portrait")); await page.waitForTimeout(300); await page.locator("text=put the kettle on").first().click(); await page.evaluate((s) => document.querySelector(s).scrollTo(0, 9999), id("portrait")); }],
  ["portrait-loading", "slow", async (page) => { await page.click(id("blog-tab-portrait")); await page.waitForTimeout(700); }],
  ["examples", "full", nav("examples")],
  ["examples-empty", "empty", nav("examples")],
  ["triage", "full", async (page) => { await nav("examples")(page); await page.click(id("triage")); }],
  ["triage-edit", "full", async (page) => { await nav("examples")(page); await page.click(id("triage")); await page.click(id("edit")); }],
  ["train", "full", nav("train")],
  ["train-details", "full", async (page) => { await nav("train")(page); await page.click(id("train-details")); }],
  ["train-running", "training", nav("train")],
  ["train-interrupted", "paused", nav("train")],
  ["train-nomodel", "nomodel", nav("train")],
  ["train-download", "nomodel", async (page) => { await nav("train")(page); await page.click(id("model-get")); }],
  ["train-empty", "empty", nav("train")],
  ["write-list", "full", nav("write")],
  ["write-empty", "empty", nav("write")],
  ["write", "full", openDraft],
  ["write-streaming", "streaming", suggest],
  ["write-suggested", "full", suggest],
  ["write-inserted", "full", async (page) => { await suggest(page); await page.click(id("write-insert")); }],
  ["write-preview", "full", async (page) => { await openDraft(page); await page.click(id("toggle-preview")); }],
  ["write-more", "full", async (page) => { await openDraft(page); await page.click(`${id("write-more")} summary`); }],
  ["settings", "full", nav("settings")],
  ["settings-key", "full&key=set", async (page) => { await nav("settings")(page); }],
  ["settings-below", "full", async (page) => { await nav("settings")(page); await page.click(id("delete-everything")); }],
  ["palette", "full", async (page) => { await page.keyboard.press("Control+k"); await page.waitForTimeout(150); }],
  ["palette-typed", "full", async (page) => { await page.keyboard.press("Control+k"); await page.keyboard.type("bell", { delay: 30 }); await page.waitForTimeout(500); }],
  ["close-asked", "training&close", async (page) => { await page.waitForSelector(id("close-dialog")); }],
  ["startup-problem", "startup"],
  ["small-blog", "full", undefined, [900, 600]],
  ["small-portrait", "full", tab("portrait"), [900, 600]],
  ["small-examples", "full", nav("examples"), [900, 600]],
  ["small-triage", "full", async (page) => { await nav("examples")(page); await page.click(id("triage")); }, [900, 600]],
  ["small-train", "training", nav("train"), [900, 600]],
  ["small-train-done", "full", nav("train"), [900, 600]],
  ["small-write", "full", suggest, [900, 600]],
  ["small-settings", "full", nav("settings"), [900, 600]],
  ["small-first-run", "empty", undefined, [900, 600]],
  ["small-import-archive", "archive", archive, small],
  ["small-import-meanwhile", "archive", meanwhile, small],
  ["small-waiting", "waiting", undefined, small],
  ["small-reach-why", "reach", async (page) => { await page.click(id("older-why")); }, small],
  ["small-repeated", "repeated", tab("repeated"), small],
  ["small-next-check", "full&check=weekly", undefined, small],
  ["small-sources", "sources&check=daily", undefined, small],
  ["small-guide", "full", guide("substack"), small],
  ["large-text-guide", "full&size=22", guide("wordpress"), small],
  ["large-text-blog", "full&size=22", undefined, [1200, 800]],
  ["large-text-write", "full&size=22", suggest, [1200, 800]],
  ["wide-blog", "full", undefined, [1920, 1080]],
  ["wide-portrait", "full", tab("portrait"), [1920, 1080]],
  ["wide-write", "full", suggest, [1920, 1080]],
  ["wide-train", "full", nav("train"), [1920, 1080]],
];

const server = await createServer({ logLevel: "error", server: { port: 5199, strictPort: false } });
await server.listen();
const base = server.resolvedUrls.local[0];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--font-render-hinting=none"] });
let bad = 0;
for (const theme of themes) {
  for (const [name, scene, act, size = [1200, 800]] of shots) {
    if (!new RegExp(only).test(name)) continue;
    const page = await browser.newPage({ viewport: { width: size[0], height: size[1] }, colorScheme: theme, reducedMotion: "reduce" });
    page.on("pageerror", (error) => { bad += 1; console.log(`${name}: ${error.message}`); });
    page.on("console", (message) => { if (message.type() === "error") { bad += 1; console.log(`${name}: ${message.text()}`); } });
    try {
      await page.goto(`${base}?fake=${scene}`);
      await page.waitForSelector(`${id("footer")}, ${id("startup-problem")}`);
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(250);
      await act?.(page);
      await page.waitForTimeout(350);
      await page.screenshot({ path: `${out}/${name}-${theme}.png` });
    } catch (error) {
      bad += 1;
      console.log(`${name}: ${error.message}`);
    }
    await page.close();
  }
}
await browser.close();
await server.close();
console.log(bad === 0 ? "all pictures taken" : `${bad} problems`);
process.exit(bad === 0 ? 0 : 1);
