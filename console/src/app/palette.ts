import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import type { ModelInfo, ProviderInfo } from "../core/declared";
import { type Searchable, prepare, search } from "../core/search";
import { referenceOf } from "../core/status";
import { define } from "../ui/define";
import { Localized } from "../ui/localized";
import { logo } from "../ui/logo";
import "../ui/overlay";
import { PICTURES } from "./icons";
import { drawing, icon } from "../ui/icon";
import type { Surroundings } from "./page";
import { PAGES } from "./pages";

interface Command {
  id: string;
  name: string;
  also: readonly string[];
  kind: "page" | "action" | "provider" | "model";
  draw: () => TemplateResult;
  run: () => void;
}

const SHOWN = 12;

/** Everything by its name: pages, actions, providers, models. */
export class Palette extends Localized {
  @property({ attribute: false }) surroundings!: Surroundings;
  @property({ attribute: false }) actions: readonly { name: string; run: () => void }[] = [];
  @property({ type: Boolean }) open = false;
  @state() private typed = "";
  @state() private active = 0;
  @state() private providers: readonly ProviderInfo[] = [];
  @state() private models: readonly ModelInfo[] = [];
  @query("#palette-input") private readonly input!: HTMLInputElement;
  private prepared: Searchable<Command>[] = [];

  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("open") && this.open) void this.load();
    if (this.open) this.prepared = prepare(this.commands(), (command) => [command.name, ...command.also]);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("open") && this.open) void Promise.resolve().then(() => this.input.focus());
  }

  private async load(): Promise<void> {
    this.typed = "";
    this.active = 0;
    try {
      const { client } = this.surroundings;
      [this.providers, this.models] = await Promise.all([client.providers(), client.models()]);
    } catch {
      // Pages and actions are there all the same; the pages themselves say what is wrong.
    }
  }

  private commands(): Command[] {
    const { router, client } = this.surroundings;
    const pages = PAGES.map((page): Command => {
      const name = this.t(page.title);
      const draw = (): TemplateResult =>
        html`${drawing(PICTURES[page.picture])} <span class="grow cut">${name}</span><kbd>g ${page.jump}</kbd>`;
      return { id: `page ${page.path}`, name, also: [page.path], kind: "page", draw, run: () => router.go(page.path) };
    });
    const actions = this.actions.map(({ name, run }): Command => ({
      id: `action ${name}`,
      name,
      also: [],
      kind: "action",
      draw: () => html`${drawing(PICTURES.chevronRight)} <span class="grow cut">${name}</span>`,
      run,
    }));
    return [
      ...pages,
      ...actions,
      ...this.providers.map((provider) => this.ofProvider(provider, client.icon(provider))),
      ...this.models.map((model) => this.ofModel(model)),
    ];
  }

  private ofProvider(provider: ProviderInfo, src: string | null): Command {
    const name = this.said(provider.label);
    const draw = (): TemplateResult =>
      html`${logo({ src, name, small: true })} <span class="grow cut">${name}</span><span class="muted small">${this.t("palette.provider")}</span>`;
    const run = (): void => this.surroundings.router.go(`providers?configure=${encodeURIComponent(provider.provider)}`);
    return {
      id: `provider ${provider.provider}`,
      name,
      also: [provider.provider, ...(provider.aliases ?? []), ...Object.values(provider.label)],
      kind: "provider",
      draw,
      run,
    };
  }

  private ofModel(model: ModelInfo): Command {
    const name = referenceOf(model);
    const draw = (): TemplateResult =>
      html`${drawing(PICTURES.boxes)} <span class="grow cut mono">${name}</span><span class="muted small">${this.t(`type.${model.model_type}`)}</span>`;
    const query = new URLSearchParams({ model: name, type: model.model_type }).toString();
    return {
      id: `model ${model.model_type} ${name}`,
      name: model.model,
      also: [name],
      kind: "model",
      draw,
      run: () => this.surroundings.router.go(`models?${query}`),
    };
  }

  private get found(): Command[] {
    return search(this.prepared, this.typed).slice(0, SHOWN);
  }

  protected override render(): TemplateResult {
    const found = this.open ? this.found : [];
    return html`<mr-overlay mode="dialog" bare .open=${this.open} .heading=${this.t("palette.title")} .closeLabel=${this.t("close")} @overlay-close=${this.close}>
      ${
        this.open
          ? html`<div class="palette">
            <div class="affixed leading">
              ${icon("search")}
              <input
                id="palette-input"
                class="input"
                type="text"
                role="combobox"
                autocomplete="off"
                spellcheck="false"
                aria-label=${this.t("palette.title")}
                aria-autocomplete="list"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant=${found.length ? `palette-${this.active}` : nothing}
                placeholder=${this.t("palette.placeholder")}
                .value=${this.typed}
                @input=${(event: Event) => {
                  this.typed = (event.target as HTMLInputElement).value;
                  this.active = 0;
                }}
                @keydown=${this.pressed}
              />
            </div>
            <div id="palette-list" role="listbox" aria-label=${this.t("palette.title")} class="palette-list">
              ${found.map(
                (command, index) =>
                  html`<div
                    id=${`palette-${index}`}
                    class="option ${index === this.active ? "active" : ""}"
                    role="option"
                    aria-selected=${index === this.active ? "true" : "false"}
                    @mousemove=${() => (this.active = index)}
                    @click=${() => this.run(command)}
                  >
                    ${command.draw()}
                  </div>`,
              )}
            </div>
            ${found.length ? nothing : html`<p class="nothing muted" role="status">${this.t("palette.nothing")}</p>`}
          </div>`
          : nothing
      }
    </mr-overlay>`;
  }

  private pressed(event: KeyboardEvent): void {
    const count = this.found.length;
    if (event.key === "ArrowDown" && count) this.active = (this.active + 1) % count;
    else if (event.key === "ArrowUp" && count) this.active = (this.active + count - 1) % count;
    else if (event.key === "Enter" && count) this.run(this.found[this.active] as Command);
    else return;
    event.preventDefault();
  }

  private run(command: Command): void {
    this.close();
    command.run();
  }

  private close(): void {
    this.tell("palette-close", null);
  }
}

define("mr-palette", Palette);

declare global {
  interface HTMLElementTagNameMap {
    "mr-palette": Palette;
  }
}
