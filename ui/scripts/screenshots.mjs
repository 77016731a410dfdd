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
const inExamples = (...steps) => async (page) => {
  await nav("examples")(page);
  for (const step of steps) await (typeof step === "string" ? page.click(id(step)) : step(page));
  await page.waitForTimeout(400);
};
const first = (of, inner) => async (page) => page.locator(`${id(of)} ${inner}`).first().click();
const scrolled = (of, share) => async (page) => {
  await page.waitForSelector(of);
  await page.evaluate(([selector, at]) => { const list = document.querySelector(selector); list.scrollTo(0, list.scrollHeight * at); }, [of, share]);
  await page.waitForTimeout(500);
};
const editedText = async (page) => {
  const area = page.locator(id("edit-completion"));
  const text = await area.inputValue();
  await area.fill(text.replace("I always listen first.", "I always listen first, and I always put the kettle on."));
  await page.waitForTimeout(500);
};
const prepare = (kind) => async (page) => page.locator(id(`prepare-${kind}`)).click();

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
  ["examples-loading", "exslow", async (page) => { await nav("examples")(page); await page.waitForTimeout(700); }],
  ["examples-error", "exfail", nav("examples")],
  ["examples-clean", "clean", inExamples()],
  ["examples-many", "many", inExamples(scrolled("[role=listbox]", 0.62))],
  ["examples-no-fit", "full", inExamples(async (page) => page.fill(id("example-search"), "zeppelin"))],
  ["examples-check", "full", inExamples(first("check-too_short", "button"), first("checks-nothing", "summary"))],
  ["examples-kinds", "full", inExamples("filter-kind-brief", async (page) => page.locator(id("kind-imported")).scrollIntoViewIfNeeded())],
  ["examples-bulk", "many", inExamples("filter-kind-continue", "drop-found")],
  ["triage", "full", inExamples("triage")],
  ["triage-progress", "full", inExamples("triage", "keep", "drop", "skip")],
  ["one-by-one", "clean", inExamples("triage")],
  ["triage-done", "full", inExamples("triage", ...Array.from({ length: 10 }, () => "keep"))],
  ["triage-edit", "full", inExamples("triage", "edit", editedText)],
  ["triage-compare", "full", inExamples("filter-kept", async (page) => page.locator(id("example-row")).first().dblclick(), "edit", editedText, "edit-compare")],
  ["triage-held-out", "full", inExamples("triage", "compare")],
  ["making", "full", inExamples("examples-tab-making")],
  ["making-details", "full", inExamples("examples-tab-making", "preset-seed", async (page) => page.click(`${id("making-view")} summary`), async (page) => page.click(`${id("prompt-hint")} summary`))],
  ["making-copy", "full", inExamples("examples-tab-making", async (page) => page.locator(id("template-prompt")).nth(1).pressSequentially("!"))],
  ["making-own", "own", inExamples("examples-tab-making", "preset-own-1", async (page) => page.locator(id("template-prompt")).nth(1).fill("A post of mine about {titel}:"))],
  ["statistics", "full", inExamples("examples-tab-statistics")],
  ["statistics-below", "full", inExamples("examples-tab-statistics", scrolled(id("statistics"), 1))],
  ["statistics-many", "many", inExamples("examples-tab-statistics")],
  ["statistics-nomodel", "nomodel", inExamples("examples-tab-statistics")],
  ["prepare", "full", inExamples(prepare("rewrite"))],
  ["prepare-going", "writing", inExamples(prepare("rewrite"), "prepare-start", async (page) => page.waitForTimeout(2600))],
  ["prepare-over", "full", inExamples(prepare("rewrite"), "prepare-start", async (page) => page.waitForTimeout(1200), "prepare-stop")],
  ["imported", "full", inExamples("examples-import", "imported-choose")],
  ["imported-none", "full", inExamples("examples-import")],
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
  ["small-triage", "full", inExamples("triage"), small],
  ["small-triage-compare", "full", inExamples("triage", "compare"), small],
  ["small-triage-edit", "full", inExamples("triage", "edit"), small],
  ["small-making", "own", inExamples("examples-tab-making"), small],
  ["small-statistics", "full", inExamples("examples-tab-statistics"), small],
  ["small-prepare", "full", inExamples(prepare("rewrite")), small],
  ["large-text-examples", "full&size=22", inExamples(), small],
  ["large-text-making", "full&size=22", inExamples("examples-tab-making"), small],
  ["large-text-statistics", "full&size=22", inExamples("examples-tab-statistics"), small],
  ["wide-examples", "many", inExamples(), [1920, 1080]],
  ["wide-making", "full", inExamples("examples-tab-making"), [1920, 1080]],
  ["wide-statistics", "many", inExamples("examples-tab-statistics"), [1920, 1080]],
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
