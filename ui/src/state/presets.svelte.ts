// How examples are made: presets, the one being looked at, and an own one being changed. A built-in one is never changed: a copy is.
import type { Preset, PresetName, Template, TemplatePreview } from "../ipc/bindings";
import { call, commands } from "../ipc/call";
import { coalesce } from "../lib/later";
import { changeTemplate } from "../lib/templates";
import { attempt } from "./attempt";
import { confirm } from "./confirm.svelte";
import { examples } from "./examples.svelte";
import { Resource } from "./resource.svelte";
import { toasts } from "./toasts.svelte";

type Change = (preset: Preset) => Preset;

class Presets {
  list = new Resource(() => call(commands.listPresets()));
  starters = new Resource(() => call(commands.starterPrompts()));
  preview = new Resource<TemplatePreview | null>(async () => {
    const [preset, template] = [this.shown, this.template];
    return preset === null || template === null ? null : call(commands.previewTemplate($state.snapshot(preset), template.id, this.post));
  });

  /** The preset looked at; the one in use when none was picked. */
  name = $state<PresetName | null>(null);
  /** An own preset with changes that are not saved. */
  draft = $state.raw<Preset | null>(null);
  templateId = $state<string | null>(null);
  /** Whose preview is shown; the newest post when none was picked. */
  post = $state<number | null>(null);
  /** A copy is to be named: of what, and what is done to it then. */
  copying = $state.raw<{ of: Preset; then: Change | null } | null>(null);
  saving = $state(false);
  /** Grows when fields must show what is known again, and not what was typed. */
  revision = $state(0);

  #previewSoon = coalesce(() => void this.preview.refresh(), 220);

  get shown(): Preset | null {
    const name = this.name ?? examples.summary.data?.preset ?? "voice";
    if (this.draft?.name === name) return this.draft;
    return this.list.data?.find((preset) => preset.name === name) ?? this.list.data?.[0] ?? null;
  }

  get template(): Template | null {
    const templates = this.shown?.templates ?? [];
    return templates.find((t) => t.id === this.templateId) ?? templates.find((t) => t.on) ?? templates[0] ?? null;
  }

  async refresh(): Promise<void> {
    await Promise.all([this.list.refresh(), this.starters.refresh()]);
    await this.preview.refresh();
  }

  async show(name: PresetName): Promise<void> {
    if (this.draft !== null && this.draft.name !== name && !(await this.leave())) return;
    this.name = name;
    void this.preview.refresh();
  }

  look(part: { template?: string; post?: number | null }): void {
    if (part.template !== undefined) this.templateId = part.template;
    if (part.post !== undefined) this.post = part.post;
    this.#previewSoon();
  }

  /** Changes the preset looked at; a built-in one offers a copy first and goes on in it. */
  change(by: Change): void {
    const preset = this.shown;
    if (preset === null) return;
    if (preset.built_in) {
      this.copying ??= { of: preset, then: by };
      return;
    }
    this.draft = by(preset);
    this.#previewSoon();
  }

  changeTemplate(id: string, part: Partial<Template>): void {
    this.templateId = id;
    this.change((preset) => changeTemplate(preset, id, part));
  }

  async copy(title: string): Promise<void> {
    if (this.copying === null) return;
    const { of, then } = this.copying;
    const made = await attempt(call(commands.copyPreset(of.name, title)));
    if (made === undefined) return;
    this.copying = null;
    await this.list.refresh();
    this.name = made.name;
    this.draft = then === null ? null : then(made);
    void this.preview.refresh();
  }

  stopCopying(): void {
    this.copying = null;
    this.revision += 1;
  }

  async save(): Promise<void> {
    if (this.draft === null) return;
    this.saving = true;
    const saved = await attempt(call(commands.savePreset($state.snapshot(this.draft))));
    this.saving = false;
    if (saved === undefined) return;
    this.draft = null;
    await this.list.refresh();
    if (saved.name === examples.summary.data?.preset) await examples.refresh();
    toasts.say(`“${saved.title}” is saved.`);
  }

  discard(): void {
    this.draft = null;
    this.revision += 1;
    void this.preview.refresh();
  }

  /** Makes the examples with this preset from now on. */
  async choose(preset: Preset): Promise<void> {
    const yes = await confirm.ask({
      title: `Make the examples as “${preset.title}” says?`,
      text: `${preset.sentence} Your decisions are kept.`,
      yes: "Make the examples",
    });
    if (yes) await examples.rebuilt(call(commands.choosePreset(preset.name)));
  }

  async remove(preset: Preset): Promise<void> {
    const used = preset.name === examples.summary.data?.preset;
    const yes = await confirm.ask({
      title: `Delete “${preset.title}”?`,
      text: used ? "Its prompts are gone then, and the examples are made for voice again. Your decisions are kept." : "Its prompts are gone then. Nothing else changes.",
      yes: "Delete it",
      danger: true,
    });
    if (!yes) return;
    await examples.rebuilt(call(commands.deletePreset(preset.name)));
    this.draft = null;
    this.name = null;
    await this.refresh();
  }

  /** Whether one may go elsewhere: unsaved changes are asked about. */
  async leave(): Promise<boolean> {
    if (this.draft === null) return true;
    const yes = await confirm.ask({ title: `Leave “${this.draft.title}” as it was?`, text: "Its changes are not saved.", yes: "Drop the changes" });
    if (yes) this.discard();
    return yes;
  }
}

export const presets = new Presets();
