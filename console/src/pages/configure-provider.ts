import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import { type ProviderDetail, type ProviderInfo, configurable } from "../core/declared";
import type { CredentialView } from "../core/gateway-client";
import { meaningOf } from "../core/status";
import "../elements/credential-form";
import { failure } from "../elements/failure";
import { statusWord } from "../elements/status-word";
import { PICTURES } from "../app/icons";
import { define } from "../ui/define";
import { drawing, icon } from "../ui/icon";
import { logo } from "../ui/logo";
import "../ui/overlay";
import { panelOf, tabs } from "../ui/tabs";
import "./credential-list";
import { secretOf } from "./paste-keys";
import "./provider-models";
import { whatToDo, whyOf } from "./status-words";

type Tab = "credentials" | "models";
/** What the form is for: a new credential, several at once, a new customizable model, or a stored credential. */
type Editing = { kind: "new" } | { kind: "model" } | { kind: "several" } | { kind: "stored"; view: CredentialView } | null;

/** The drawer of one provider: its credentials and its models. */
export class ConfigureProvider extends Page {
  @property({ attribute: false }) provider: ProviderInfo | null = null;
  @state() private detail: ProviderDetail | null = null;
  @state() private stored: readonly CredentialView[] = [];
  @state() private failed: unknown = null;
  @state() private editing: Editing = null;
  @state() private tab: Tab = "credentials";
  private shown: ProviderInfo | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has("provider") || this.provider?.provider === this.shown?.provider) {
      this.shown = this.provider;
      return;
    }
    this.shown = this.provider;
    this.tab = "credentials";
    this.detail = null;
    this.stored = [];
    this.editing = null;
    if (this.provider) void this.load(this.provider.provider);
  }

  private async load(id: string): Promise<void> {
    this.failed = null;
    try {
      const [detail, stored] = await Promise.all([this.client.provider(id), this.client.credentials(id)]);
      if (this.provider?.provider !== id) return;
      this.detail = detail;
      this.stored = stored;
      if (!stored.length) this.editing = this.firstForm(detail);
    } catch (error) {
      this.failed = error;
    }
  }

  private firstForm(detail: ProviderDetail): Editing {
    if (detail.provider_credential_schema?.credential_form_schemas.length) return { kind: "new" };
    return configurable(detail) && detail.model_credential_schema ? { kind: "model" } : null;
  }

  protected override render(): TemplateResult {
    const { provider } = this;
    const name = provider ? this.said(provider.label) : "";
    return html`<mr-overlay .open=${provider !== null} .heading=${name} .closeLabel=${this.t("close")} @overlay-close=${() => this.tell("configure-close", null)}>
      ${
        provider
          ? html`<span slot="icon">${logo({ src: this.client.icon(provider), name })}</span>
            <span slot="actions" class="status" data-tone=${meaningOf(provider.status).tone}>${statusWord(provider.status.code, this.tr)}</span>
            ${tabs({
              label: name,
              items: [
                { id: "credentials", text: this.t("configure.credentials") },
                { id: "models", text: this.t("configure.models") },
              ],
              selected: this.tab,
              onselect: (tab) => (this.tab = tab as Tab),
            })}
            <div class="pad">${this.panel(provider)}</div>`
          : nothing
      }
    </mr-overlay>`;
  }

  private panel(provider: ProviderInfo): TemplateResult {
    if (this.tab === "models") {
      return panelOf(
        "models",
        html`<mr-provider-models .surroundings=${this.surroundings} .place=${this.place} .provider=${provider} .listed=${this.detail?.lists_models ?? false}></mr-provider-models>`,
      );
    }
    const content = this.failed
      ? html`${failure(this.failed, this.tr)}
          <button type="button" class="button" @click=${() => void this.load(provider.provider)}>${this.t("again")}</button>`
      : this.detail
        ? this.credentials(this.detail)
        : html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    return panelOf("credentials", html`<div class="stack">${content}</div>`);
  }

  private credentials(detail: ProviderDetail): TemplateResult {
    return html`${this.about(detail)} ${this.fromEnvironment(detail)} ${this.standing(detail)}
    ${
      this.stored.length
        ? html`<mr-credential-list
          .surroundings=${this.surroundings}
          .provider=${detail.provider}
          .views=${this.stored}
          @credentials-changed=${() => void this.reload("")}
          @credential-edit=${(event: CustomEvent<CredentialView>) => (this.editing = { kind: "stored", view: event.detail })}
        ></mr-credential-list>`
        : nothing
    }
    ${this.editing ? this.form(detail, this.editing) : this.add(detail)}`;
  }

  private about(detail: ProviderDetail): TemplateResult | typeof nothing {
    const text = this.said(detail.description);
    return text ? html`<p class="muted">${text}</p>` : nothing;
  }

  /** Why it is not ready although something is stored. */
  private standing({ status }: ProviderDetail): TemplateResult | typeof nothing {
    if (!this.stored.length || status.code === "active") return nothing;
    return html`<div class="notice" data-tone="warn">
      ${icon("alert")} <strong>${whyOf(status, this.tr)}</strong> <span>${whatToDo(status, this.tr)}</span>
    </div>`;
  }

  private fromEnvironment(detail: ProviderDetail): TemplateResult | typeof nothing {
    if (!detail.environment?.length) return nothing;
    const names = detail.environment.map((entry) => entry.environment_variable);
    return html`<div class="notice">
      ${icon("lock")} <strong>${this.t("configure.environment")}</strong>
      <span>${names.map((name) => html`<code>${name}</code> `)}</span>
    </div>`;
  }

  private add(detail: ProviderDetail): TemplateResult {
    const own = detail.provider_credential_schema?.credential_form_schemas.length;
    return html`<div class="row wrap">
      ${
        own
          ? html`<button type="button" class="button" @click=${() => (this.editing = { kind: "new" })}>
            ${drawing(PICTURES.plus)} ${this.t("configure.add")}
          </button>`
          : nothing
      }
      ${
        this.stored.length && secretOf(detail)
          ? html`<button type="button" class="button" @click=${() => (this.editing = { kind: "several" })}>${this.t("several.add")}</button>`
          : nothing
      }
      ${
        configurable(detail)
          ? html`<button type="button" class="button" @click=${() => (this.editing = { kind: "model" })}>
            ${drawing(PICTURES.plus)} ${this.t("configure.add.model")}
          </button>`
          : nothing
      }
      ${!own && !configurable(detail) ? html`<p class="muted">${this.t("configure.nothing")}</p>` : nothing}
    </div>`;
  }

  private form(detail: ProviderDetail, editing: NonNullable<Editing>): TemplateResult {
    if (editing.kind === "several") return this.several(detail);
    const view = editing.kind === "stored" ? editing.view : null;
    const title = view ? view.name : this.t(editing.kind === "model" ? "configure.add.model" : "configure.add");
    const other = !this.stored.length && editing.kind === "new" && configurable(detail) && detail.model_credential_schema;
    return html`<section class="stack" aria-label=${title}>
      ${
        this.stored.length || editing.kind === "model"
          ? html`<div class="row spread">
            <h3 class="section-title">${title}</h3>
            ${
              this.stored.length || this.firstForm(detail)?.kind === "new"
                ? html`<button type="button" class="button plain tiny" @click=${() => (this.editing = this.stored.length ? null : this.firstForm(detail))}>
                  ${this.t("cancel")}
                </button>`
                : nothing
            }
          </div>`
          : nothing
      }
      <mr-credential-form
        .client=${this.client}
        .provider=${detail.provider}
        .customizable=${editing.kind === "model" || Boolean(view?.model)}
        .model=${view?.model ?? ""}
        .modelType=${view?.model_type ?? ""}
        .credentialId=${view?.id ?? ""}
        .named=${editing.kind !== "model" && !view?.model}
        @credential-saved=${() => void this.reload(this.t("configure.saved", { name: this.said(detail.label) }))}
      ></mr-credential-form>
      ${
        other
          ? html`<div>
            <hr class="divide" />
            <button type="button" class="button plain" @click=${() => (this.editing = { kind: "model" })}>
              ${drawing(PICTURES.plus)} ${this.t("configure.add.model")}
            </button>
          </div>`
          : nothing
      }
    </section>`;
  }

  private several(detail: ProviderDetail): TemplateResult {
    return html`<section class="stack" aria-label=${this.t("several.add")}>
      <h3 class="section-title">${this.t("several.add")}</h3>
      <mr-paste-keys
        .surroundings=${this.surroundings}
        .detail=${detail}
        .like=${this.stored.find((view) => !view.model) ?? null}
        @keys-pasted=${(event: CustomEvent<number>) => (event.detail ? void this.reload("") : (this.editing = null))}
      ></mr-paste-keys>
    </section>`;
  }

  private async reload(note: string): Promise<void> {
    const id = this.provider?.provider;
    if (!id) return;
    this.editing = null;
    await this.load(id);
    this.tell("configure-changed", note);
  }
}

define("mr-configure-provider", ConfigureProvider);

declare global {
  interface HTMLElementTagNameMap {
    "mr-configure-provider": ConfigureProvider;
  }
}
