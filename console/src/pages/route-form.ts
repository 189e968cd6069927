import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { MODEL_TYPES, type ModelInfo, type ModelType, type ProviderInfo } from "../core/declared";
import type { CredentialView } from "../core/gateway-client";
import type { Scope } from "../core/names";
import { type Route, STRATEGIES, type Strategy, type Target, moved } from "../core/routes";
import { referenceOf } from "../core/status";
import { failure } from "../elements/failure";
import "../elements/model-picker";
import { define } from "../ui/define";
import { selectField, textField } from "../ui/field";
import { drawing } from "../ui/icon";
import { tooltip } from "../ui/tooltip";

/** What a route leads to, and how one of it is chosen. */
export class RouteForm extends Page {
  /** What is changed; with an empty name: a new one. */
  @property({ attribute: false }) route!: Route;
  /** For whom it is kept. */
  @property({ attribute: false }) scope: Scope = "workspace";
  @property({ attribute: false }) models: readonly ModelInfo[] = [];
  @property({ attribute: false }) providers: readonly ProviderInfo[] = [];
  @property({ attribute: false }) credentials: readonly CredentialView[] = [];
  @state() private name = "";
  @state() private strategy: Strategy = "ordered";
  @state() private type: ModelType = "llm";
  @state() private targets: readonly Target[] = [];
  @state() private busy = false;
  @state() private refused: unknown = null;

  /** Before the first drawing, not when it is connected: an element that stood there before its class was loaded is connected
   * without what it was given. */
  protected override willUpdate(): void {
    if (this.hasUpdated) return;
    const first = this.models.find((model) => referenceOf(model) === this.route.targets[0]?.model);
    this.name = this.route.name;
    this.strategy = this.route.strategy;
    this.targets = this.route.targets;
    this.type = first?.model_type ?? "llm";
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submitted}>
      ${textField({
        id: "route-name",
        label: this.t("routes.name"),
        help: this.t("routes.name.help"),
        value: this.name,
        required: true,
        mono: true,
        disabled: this.route.name !== "",
        oninput: (value) => (this.name = value),
      })}
      ${selectField({
        id: "route-strategy",
        label: this.t("routes.strategy"),
        help: this.t(`strategy.${this.strategy}.help`),
        value: this.strategy,
        choices: STRATEGIES.map((value) => ({ value, label: this.t(`strategy.${value}`) })),
        onchoose: (value) => (this.strategy = (value ?? "ordered") as Strategy),
      })}
      ${selectField({
        id: "route-type",
        label: this.t("usage.by.model_type"),
        value: this.type,
        choices: MODEL_TYPES.map((value) => ({ value, label: this.t(`type.${value}`) })),
        onchoose: (value) => (this.type = (value ?? "llm") as ModelType),
      })}
      <fieldset class="targets">
        <legend class="section-title">${this.t("routes.targets")}</legend>
        <ol class="bare">
          ${this.targets.map((target, at) => html`<li class="panel target">${this.target(target, at)}</li>`)}
        </ol>
        <mr-model-picker
          class="next-target"
          .label=${this.t("routes.add")}
          show-label
          .type=${this.type}
          .value=${""}
          .models=${this.models}
          .providers=${this.providers}
          .icons=${(provider: ProviderInfo) => this.client.icon(provider)}
          @model-change=${(event: CustomEvent<{ value: string }>) => this.add(event.detail.value)}
        ></mr-model-picker>
      </fieldset>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button primary" ?disabled=${this.busy || !this.name.trim() || !this.targets.length}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t("routes.save")}
        </button>
      </div>
    </form>`;
  }

  private target(target: Target, at: number): TemplateResult {
    const [provider] = target.model.split("/");
    const pinnable = this.credentials.filter((view) => view.provider === provider && !view.model);
    const act = (
      key: "routes.up" | "routes.down" | "routes.drop",
      picture: "chevronUp" | "chevronDown" | "trash",
      press: () => void,
      off = false,
    ): TemplateResult => {
      const name = this.t(key, { name: target.model });
      return html`<button type="button" class="button plain tiny square" aria-label=${name} ${tooltip(name)} ?disabled=${off} @click=${press}>
        ${drawing(PICTURES[picture])}
      </button>`;
    };
    return html`<div class="row">
        <code class="grow cut" title=${target.model}>${target.model}</code>
        ${act("routes.up", "chevronUp", () => (this.targets = moved(this.targets, at, at - 1)), at === 0)}
        ${act("routes.down", "chevronDown", () => (this.targets = moved(this.targets, at, at + 1)), at === this.targets.length - 1)}
        ${act("routes.drop", "trash", () => (this.targets = this.targets.filter((_, index) => index !== at)))}
      </div>
      ${
        this.strategy === "weighted" || pinnable.length > 1 || target.credential
          ? html`<div class="two-columns">
            ${
              this.strategy === "weighted"
                ? textField({
                    id: `route-weight-${at}`,
                    label: this.t("routes.weight"),
                    value: String(target.weight),
                    inputMode: "numeric",
                    oninput: (value) => this.change(at, { weight: Math.max(0, Math.round(Number(value)) || 0) }),
                  })
                : nothing
            }
            ${
              pinnable.length > 1 || target.credential
                ? selectField({
                    id: `route-credential-${at}`,
                    label: this.t("routes.credential"),
                    value: target.credential,
                    none: this.t("routes.credential.any"),
                    choices: pinnable.map((view) => ({ value: view.id, label: view.name })),
                    onchoose: (credential) => this.change(at, { credential }),
                  })
                : nothing
            }
          </div>`
          : nothing
      }`;
  }

  private change(at: number, change: Partial<Target>): void {
    this.targets = this.targets.map((target, index) => (index === at ? { ...target, ...change } : target));
  }

  private add(model: string): void {
    if (model) this.targets = [...this.targets, { model, weight: 1, credential: null }];
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.refused = null;
    const name = this.name.trim();
    try {
      const value: Route = { name, strategy: this.strategy, targets: [...this.targets] };
      await this.client.put("routes", name, value, this.scope);
      this.tell("route-saved", name);
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }
}

define("mr-route-form", RouteForm);

declare global {
  interface HTMLElementTagNameMap {
    "mr-route-form": RouteForm;
  }
}
