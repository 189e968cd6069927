import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { type Workspace, idFor } from "../../core/settings";
import { failure } from "../../elements/failure";
import { define } from "../../ui/define";
import { textField } from "../../ui/field";
import { drawing } from "../../ui/icon";
import { tooltip } from "../../ui/tooltip";
import { ListedSettings } from "./listed";

/** Who shares credentials, keys and records; and which of them these pages show. */
export class WorkspaceSettings extends ListedSettings<Workspace> {
  protected readonly path = "workspaces";
  @state() private name = "";
  @state() private newId = "";
  @state() private renamed: { id: string; name: string } | null = null;

  protected shown(all: readonly Workspace[]): TemplateResult {
    return html`<div class="stack">
      <p class="muted">${this.t("workspaces.about")}</p>
      ${this.list(all)} ${this.client.operates ? this.form() : nothing}
    </div>`;
  }

  private list(all: readonly Workspace[]): TemplateResult {
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("settings.workspaces")}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">${this.t("keys.name")}</th>
            <th scope="col">${this.t("keys.id")}</th>
            <th scope="col"><span class="visually-hidden">${this.t("keys.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${all.map(
            (each) =>
              html`<tr>
                <th scope="row">${this.renamed?.id === each.id ? this.renaming(this.renamed) : each.name}</th>
                <td><code>${each.id}</code></td>
                <td>${this.actions(each)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private renaming(renamed: { id: string; name: string }): TemplateResult {
    return html`<form class="row" @submit=${(event: Event) => void this.rename(event, renamed)}>
      <input
        id="workspace-rename"
        class="input"
        aria-label=${this.t("workspaces.rename", { name: renamed.id })}
        autocomplete="off"
        .value=${renamed.name}
        @input=${(event: Event) => (this.renamed = { ...renamed, name: (event.target as HTMLInputElement).value })}
        @keydown=${(event: KeyboardEvent) => event.key === "Escape" && (this.renamed = null)}
      />
      <button class="button tiny" ?disabled=${!renamed.name.trim()}>${this.t("settings.save")}</button>
    </form>`;
  }

  private actions(each: Workspace): TemplateResult {
    const here = each.id === this.client.workspace;
    const words = this.t("keys.remove", { name: each.name });
    return html`<span class="row">
      ${
        here
          ? html`<span class="chip">${this.t("workspaces.here")}</span>`
          : html`<button type="button" class="button tiny" aria-label=${this.t("workspaces.switch", { name: each.name })} @click=${() => this.enter(each)}>
            ${this.t("workspaces.enter")}
          </button>`
      }
      ${
        this.client.operates
          ? html`<button
              type="button"
              class="button tiny"
              aria-label=${this.t("workspaces.rename", { name: each.name })}
              @click=${() => void this.begin(each)}
            >
              ${this.t("workspaces.rename.short")}
            </button>
            ${
              each.id === "default"
                ? nothing
                : html`<button
                  type="button"
                  class="button plain tiny square danger"
                  aria-label=${words}
                  ${tooltip(words)}
                  @click=${() => confirm(this.t("workspaces.remove.sure", { name: each.name })) && void this.forget(each)}
                >
                  ${drawing(PICTURES.trash)}
                </button>`
            }`
          : nothing
      }
    </span>`;
  }

  private async begin({ id, name }: Workspace): Promise<void> {
    this.renamed = { id, name };
    await this.updateComplete;
    this.querySelector<HTMLInputElement>("#workspace-rename")?.select();
  }

  /** Every page asks anew, as all that they show is the workspace's. */
  private enter({ id }: Workspace): void {
    this.client.workspace = id;
    location.reload();
  }

  private form(): TemplateResult {
    return html`<form class="stack settings-form" @submit=${this.submitted}>
      <h2 class="section-title">${this.t("workspaces.new")}</h2>
      <div class="two-columns">
        ${textField({ id: "workspace-name", label: this.t("keys.name"), value: this.name, required: true, oninput: (name) => (this.name = name) })}
        ${textField({
          id: "workspace-id",
          label: this.t("keys.id"),
          help: this.t("workspaces.id.help"),
          value: this.newId,
          placeholder: idFor(this.name),
          mono: true,
          oninput: (id) => (this.newId = id),
        })}
      </div>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button primary" ?disabled=${!(this.newId.trim() || idFor(this.name))}>${drawing(PICTURES.plus)} ${this.t("workspaces.make")}</button>
      </div>
    </form>`;
  }

  private readonly submitted = (event: Event): Promise<void> =>
    this.made(event, async () => {
      const body = { id: this.newId.trim() || idFor(this.name), name: this.name.trim() };
      await this.client.api.json("workspaces", { method: "POST", body });
      this.name = this.newId = "";
    });

  private async rename(event: Event, { id, name }: { id: string; name: string }): Promise<void> {
    event.preventDefault();
    await this.tried(() => this.client.api.json(`workspaces/${id}`, { method: "PATCH", body: { name: name.trim() } }));
    this.renamed = null;
  }

  private async forget({ id }: Workspace): Promise<void> {
    await this.tried(() => this.client.api.json(`workspaces/${id}`, { method: "DELETE" }));
    if (id === this.client.workspace) this.enter({ id: "default", name: "", created_at: 0 });
  }
}

define("mr-workspace-settings", WorkspaceSettings);
