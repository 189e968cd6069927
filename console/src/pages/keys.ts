import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { KeyView } from "../app/console-client";
import { PICTURES } from "../app/icons";
import { WholePage } from "../app/whole-page";
import { notify } from "../app/toasts";
import { dates } from "../core/formats";
import { Resource } from "../core/resource";
import { describe, failure } from "../elements/failure";
import "../ui/copy-button";
import { define } from "../ui/define";
import { selectField, switchField, textArea, textField } from "../ui/field";
import { drawing, icon } from "../ui/icon";
import "../ui/overlay";
import { tooltip } from "../ui/tooltip";

interface Draft {
  name: string;
  models: string;
  days: string;
  rpm: string;
  tpm: string;
  concurrent: string;
  budget: string;
  mayDelete: boolean;
}

const EMPTY: Draft = { name: "", models: "", days: "", rpm: "", tpm: "", concurrent: "", budget: "", mayDelete: false };
const DAYS = [30, 90, 365];

/** Keys of the gateway's clients. */
export class KeysPage extends WholePage {
  @state() private round = 0;
  @state() private draft: Draft | null = null;
  @state() private made = "";
  @state() private busy = false;
  @state() private refused: unknown = null;
  private readonly keys = new Resource<readonly KeyView[]>(
    (_, signal) => this.client.list<KeyView>("keys", { signal }),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.keys.want("all");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.keys.stop();
  }

  protected override render(): TemplateResult {
    return html`${this.list()}
      <mr-overlay .open=${this.draft !== null} .heading=${this.t("keys.new")} .closeLabel=${this.t("close")} @overlay-close=${() => this.end()}>
        <div class="pad">${this.draft ? (this.made ? this.shown() : this.form(this.draft)) : nothing}</div>
      </mr-overlay>`;
  }

  protected override beside(): TemplateResult {
    return html`<button type="button" class="button primary" @click=${() => this.begin()}>${drawing(PICTURES.plus)} ${this.t("keys.new")}</button>`;
  }

  private begin(): void {
    this.draft = EMPTY;
    this.made = "";
    this.refused = null;
  }

  private end(): void {
    this.draft = null;
    this.made = "";
  }

  private list(): TemplateResult {
    const { current } = this.keys;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    if (!current.value.length) {
      return html`<div class="empty panel">
        <h2>${this.t("keys.empty")}</h2>
        <p>${this.t("keys.empty.about")}</p>
      </div>`;
    }
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("page.keys")}>
      <table class="grid">
        <thead>
          <tr>
            ${(["keys.name", "keys.id", "keys.models", "keys.created", "keys.used", "keys.state"] as const).map((key) => html`<th scope="col">${this.t(key)}</th>`)}
            <th scope="col"><span class="visually-hidden">${this.t("keys.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${current.value.map((view) => this.row(view))}
        </tbody>
      </table>
    </div>`;
  }

  private row(view: KeyView): TemplateResult {
    const date = dates(this.language, { dateStyle: "medium" });
    const expired = Boolean(view.expires_at && view.expires_at * 1000 < Date.now());
    const state = view.disabled ? "keys.off" : expired ? "keys.expired" : "keys.on";
    return html`<tr>
      <th scope="row">${view.name}</th>
      <td><code>${view.id}</code></td>
      <td>
        ${view.models.length ? view.models.map((name) => html`<code>${name}</code> `) : this.t("keys.models.all")}
        ${view.may_delete_models ? html`<div class="muted small">${this.t("keys.delete")}</div>` : nothing}
      </td>
      <td class="number">${date.format(view.created_at * 1000)}</td>
      <td class="number">${view.last_used_at ? date.format(view.last_used_at * 1000) : this.t("keys.never")}</td>
      <td><span class="status" data-tone=${state === "keys.on" ? "ok" : "idle"}>${this.t(state)}</span></td>
      <td>
        <span class="row">
          <button type="button" class="button tiny" @click=${() => void this.act(view, view.disabled ? "restore" : "revoke")}>
            ${this.t(view.disabled ? "keys.restore" : "keys.revoke")}
          </button>
          <button
            type="button"
            class="button plain tiny square danger"
            aria-label=${this.t("keys.remove", { name: view.name })}
            ${tooltip(this.t("keys.remove", { name: view.name }))}
            @click=${() => confirm(this.t("keys.remove.sure", { name: view.name })) && void this.act(view, "remove")}
          >
            ${drawing(PICTURES.trash)}
          </button>
        </span>
      </td>
    </tr>`;
  }

  private form(draft: Draft): TemplateResult {
    const set = (name: Exclude<keyof Draft, "mayDelete">) => (value: string | null) =>
      (this.draft = { ...draft, [name]: value ?? "" });
    const limit = (name: "rpm" | "tpm" | "concurrent" | "budget"): TemplateResult =>
      textField({
        id: `key-${name}`,
        label: this.t(`keys.${name}`),
        value: draft[name],
        placeholder: this.t("keys.limit.none"),
        inputMode: "numeric",
        oninput: set(name),
      });
    return html`<form class="stack" @submit=${this.submitted}>
      ${textField({ id: "key-name", label: this.t("keys.name"), value: draft.name, required: true, oninput: set("name") })}
      ${textArea({ id: "key-models", label: this.t("keys.models"), help: this.t("keys.models.help"), value: draft.models, mono: true, rows: 3, oninput: set("models") })}
      ${selectField({
        id: "key-days",
        label: this.t("keys.expires"),
        value: draft.days || null,
        none: this.t("keys.expires.never"),
        choices: DAYS.map((count) => ({ value: String(count), label: this.t("keys.expires.days", { count }) })),
        onchoose: set("days"),
      })}
      <div class="two-columns">${limit("rpm")} ${limit("tpm")} ${limit("concurrent")} ${limit("budget")}</div>
      ${switchField({
        id: "key-delete",
        label: this.t("keys.delete"),
        help: this.t("keys.delete.help"),
        checked: draft.mayDelete,
        onswitch: (mayDelete) => (this.draft = { ...draft, mayDelete }),
      })}
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button primary" ?disabled=${this.busy || !draft.name.trim()}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t("keys.make")}
        </button>
      </div>
    </form>`;
  }

  private shown(): TemplateResult {
    return html`<div class="stack">
      <div class="notice" data-tone="ok" role="status">${icon("circleCheck")} <strong>${this.t("keys.made")}</strong></div>
      <div class="row made"><code class="grow">${this.made}</code><mr-copy .text=${this.made} words></mr-copy></div>
      <div><button type="button" class="button" @click=${() => this.end()}>${this.t("keys.done")}</button></div>
    </div>`;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (!this.draft || this.busy) return;
    this.busy = true;
    this.refused = null;
    try {
      const { text } = await this.client.api.json<{ text: string }>("keys", { method: "POST", body: bodyOf(this.draft) });
      this.made = text;
      await this.keys.refresh();
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }

  private async act(view: KeyView, what: "revoke" | "restore" | "remove"): Promise<void> {
    const path = `keys/${encodeURIComponent(view.id)}`;
    try {
      if (what === "remove") await this.client.api.json(path, { method: "DELETE" });
      else await this.client.api.json(`${path}/${what}`, { method: "POST" });
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    await this.keys.refresh();
  }
}

function bodyOf(draft: Draft): Record<string, unknown> {
  const whole = (text: string): number | null => (text.trim() ? Number(text) : null);
  const limits = {
    requests_per_minute: whole(draft.rpm),
    tokens_per_minute: whole(draft.tpm),
    concurrent: whole(draft.concurrent),
    budget: draft.budget.trim() || null,
  };
  const limited = Object.values(limits).some((value) => value !== null);
  return {
    name: draft.name.trim(),
    models: draft.models
      .split("\n")
      .map((line) => line.trim())
      .filter(Boolean),
    ...(limited ? { limits } : {}),
    ...(draft.mayDelete ? { may_delete_models: true } : {}),
    ...(draft.days ? { expires_at: Math.round(Date.now() / 1000) + Number(draft.days) * 86400 } : {}),
  };
}

define("mr-keys-page", KeysPage);
