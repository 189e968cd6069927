import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import { type Policies, type PolicyDraft, draftOfPolicy, policyOf } from "../core/policies";
import { type Scope, isInherited } from "../core/names";
import { describe, failure } from "../elements/failure";
import { define } from "../ui/define";
import { switchField, textField } from "../ui/field";
import { drawing } from "../ui/icon";
import "../ui/overlay";
import { tooltip } from "../ui/tooltip";

/** What is switched on for a model or a route: the exact cache, a second attempt beside a slow one, equal calls made once. */
export class PolicySection extends Page {
  @property({ attribute: false }) policies: Policies = {};
  /** Those that the workspace set for itself. */
  @property({ attribute: false }) own: readonly string[] = [];
  @property({ attribute: false }) scope: Scope = "workspace";
  /** Names that may have one, for the list under the box. */
  @property({ attribute: false }) names: readonly string[] = [];
  @state() private draft: PolicyDraft | null = null;
  @state() private refused: unknown = null;

  protected override render(): TemplateResult {
    const all = Object.entries(this.policies).sort(([left], [right]) => left.localeCompare(right));
    return html`<section>
      <h2 class="section-title">${this.t("policies.title")}</h2>
      <p class="muted">${this.t("policies.about")}</p>
      <ul class="routes">
        ${all.map(
          ([name, policy]) =>
            html`<li class="panel route">
              <div class="row">
                <h3 class="section-title grow"><code>${name}</code></h3>
                ${isInherited(this.own, name, this.scope) ? html`<span class="chip">${this.t("names.all")}</span>` : nothing}
              </div>
              <dl class="facts small">
                <dt>${this.t("policies.cache")}</dt>
                <dd class="number">${this.seconds(policy.cache_seconds)}</dd>
                <dt>${this.t("policies.hedge")}</dt>
                <dd class="number">${this.seconds(policy.hedge_seconds)}</dd>
                <dt>${this.t("policies.coalesce")}</dt>
                <dd>${this.t(policy.coalesce ? "policies.on" : "policies.off")}</dd>
              </dl>
              ${this.client.edits ? this.actions(name) : nothing}
            </li>`,
        )}
      </ul>
      ${
        this.client.edits
          ? html`<div>
            <button type="button" class="button" @click=${() => this.edit(draftOfPolicy("", null))}>${drawing(PICTURES.plus)} ${this.t("policies.new")}</button>
          </div>`
          : nothing
      }
      <mr-overlay .open=${this.draft !== null} .heading=${this.draft?.name || this.t("policies.new")} .closeLabel=${this.t("close")} @overlay-close=${this.closed}>
        <div class="pad">${this.draft ? this.form(this.draft) : nothing}</div>
      </mr-overlay>
    </section>`;
  }

  private seconds(value: number | null | undefined): string {
    return value ? this.t("policies.seconds", { count: value }) : this.t("policies.off");
  }

  private actions(name: string): TemplateResult {
    const words = this.t("policies.remove", { name });
    return html`<div class="row">
      <button type="button" class="button tiny" aria-label=${this.t("policies.change", { name })} @click=${() => this.edit(draftOfPolicy(name, this.policies[name] ?? null))}>
        ${this.t("configure.edit")}
      </button>
      ${
        isInherited(this.own, name, this.scope)
          ? nothing
          : html`<button
            type="button"
            class="button plain tiny square danger"
            aria-label=${words}
            ${tooltip(words)}
            @click=${() => confirm(this.t("policies.remove.sure", { name })) && void this.drop(name)}
          >
            ${drawing(PICTURES.trash)}
          </button>`
      }
    </div>`;
  }

  private edit(draft: PolicyDraft): void {
    this.draft = draft;
    this.refused = null;
  }

  private readonly closed = (): void => {
    this.draft = null;
  };

  private form(draft: PolicyDraft): TemplateResult {
    const known = draft.known;
    const change = (part: Partial<PolicyDraft>): void => {
      this.draft = { ...draft, ...part };
    };
    return html`<form class="stack" @submit=${(event: Event) => void this.submitted(event, draft)}>
      ${textField({
        id: "policy-name",
        label: this.t("policies.name"),
        help: this.t("policies.name.help"),
        value: draft.name,
        required: true,
        mono: true,
        disabled: known,
        oninput: (name) => change({ name }),
      })}
      ${
        !known && draft.name && !this.names.includes(draft.name.trim())
          ? html`<p class="muted small" role="status">${this.t("policies.unknown")}</p>`
          : nothing
      }
      ${textField({
        id: "policy-cache",
        label: this.t("policies.cache"),
        help: this.t("policies.cache.help"),
        value: draft.cache,
        placeholder: this.t("policies.off"),
        inputMode: "decimal",
        oninput: (cache) => change({ cache }),
      })}
      ${textField({
        id: "policy-hedge",
        label: this.t("policies.hedge"),
        help: this.t("policies.hedge.help"),
        value: draft.hedge,
        placeholder: this.t("policies.off"),
        inputMode: "decimal",
        oninput: (hedge) => change({ hedge }),
      })}
      ${switchField({
        id: "policy-coalesce",
        label: this.t("policies.coalesce"),
        help: this.t("policies.coalesce.help"),
        checked: draft.coalesce,
        onswitch: (coalesce) => change({ coalesce }),
      })}
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div><button class="button primary" ?disabled=${!draft.name.trim()}>${this.t("settings.save")}</button></div>
    </form>`;
  }

  private async submitted(event: Event, draft: PolicyDraft): Promise<void> {
    event.preventDefault();
    try {
      await this.client.put("policies", draft.name.trim(), policyOf(draft), this.scope);
      this.draft = null;
      this.tell("names-changed", null);
    } catch (error) {
      this.refused = error;
    }
  }

  private async drop(name: string): Promise<void> {
    try {
      await this.client.put("policies", name, null, this.scope);
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    this.tell("names-changed", null);
  }
}

define("mr-policies", PolicySection);

declare global {
  interface HTMLElementTagNameMap {
    "mr-policies": PolicySection;
  }
}
