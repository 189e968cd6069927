import { type PropertyValues, type TemplateResult, html, nothing, svg } from "lit";
import { property, state } from "lit/decorators.js";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import { Cooldowns, type CredentialGroup, type CredentialHealth, groupsOf } from "../core/balancing";
import type { CredentialView } from "../core/gateway-client";
import { dates } from "../core/formats";
import type { Key } from "../core/i18n";
import { isInherited, namesOf } from "../core/names";
import { STRATEGIES, type Strategy, moved } from "../core/routes";
import { describe } from "../elements/failure";
import { define } from "../ui/define";
import { selectField, switchBox, textField } from "../ui/field";
import { drawing } from "../ui/icon";
import { tooltip } from "../ui/tooltip";

type Act = Parameters<Page["client"]["onCredential"]>[1];
const seconds = (): number => performance.now() / 1000;

/** The stored credentials of a provider: how each does, and how several share the load. */
export class CredentialList extends Page {
  @property() provider = "";
  @property({ attribute: false }) views: readonly CredentialView[] = [];
  @state() private busy = "";
  @state() private strategies: Readonly<Record<string, Strategy>> = {};
  /** Names whose strategy the workspace set for itself. */
  private ownStrategies: readonly string[] = [];
  @state() private health: ReadonlyMap<string, CredentialHealth> = new Map();
  @state() private now = seconds();
  /** Weights that are being typed. */
  @state() private weights: Readonly<Record<string, string>> = {};
  /** The new order, and the buttons of which one has the focus once the list was drawn in it. */
  private moving: { ids: readonly string[]; buttons: readonly string[] } | null = null;
  private readonly cooldowns = new Cooldowns();
  private timer = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("views")) void this.look();
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("views") || !this.moving) return;
    const { ids, buttons } = this.moving;
    const shown = this.views.map(({ id }) => id).filter((id) => ids.includes(id));
    if (shown.join() !== ids.join()) return; // what came was asked for before
    this.moving = null;
    const drawn = buttons.map((id) => this.querySelector<HTMLButtonElement>(`#${id}`));
    drawn.find((button) => button && !button.disabled)?.focus();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  /** How they share and how they do. Without an answer the list stands all the same. */
  private async look(): Promise<void> {
    try {
      const [shares, health] = await Promise.all([
        namesOf<Strategy>(this.client.api, "balancing", "workspace"),
        this.client.list<CredentialHealth>("credentials/health"),
      ]);
      this.strategies = shares.data;
      this.ownStrategies = shares.own;
      this.health = new Map(health.map((each) => [each.credential_id, each]));
      this.now = seconds();
      this.cooldowns.take(health, this.now);
      this.tick();
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
  }

  /** While somebody rests the seconds are counted down; then the gateway is asked again. */
  private tick(): void {
    clearTimeout(this.timer);
    if (!this.isConnected || !this.cooldowns.resting(seconds())) return;
    this.timer = window.setTimeout(() => {
      this.now = seconds();
      if (this.cooldowns.resting(this.now)) this.tick();
      else void this.look();
    }, 1000);
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">${groupsOf(this.provider, this.views).map((group) => this.group(group))}</div>`;
  }

  private group(group: CredentialGroup): TemplateResult {
    const several = group.views.length > 1;
    const strategy = this.strategies[group.name] ?? null;
    return html`<section class="stack close" aria-label=${group.model ?? this.t("configure.credentials")}>
      ${
        several
          ? selectField({
              id: `balancing-${group.name}`,
              label: group.model ? this.t("balancing.of", { name: group.model }) : this.t("balancing.title"),
              help: this.t(strategy ? `strategy.${strategy}.help` : "balancing.none.help"),
              value: strategy,
              none: this.t("balancing.none"),
              choices: STRATEGIES.map((value) => ({ value, label: this.t(`strategy.${value}`) })),
              disabled: !this.client.edits || this.busy !== "",
              onchoose: (chosen) => void this.share(group.name, chosen as Strategy | null),
            })
          : nothing
      }
      <ol class="credentials">
        ${group.views.map((view, at) => html`<li>${this.row(view, group, at, strategy)}</li>`)}
      </ol>
    </section>`;
  }

  private row(view: CredentialView, group: CredentialGroup, at: number, strategy: Strategy | null): TemplateResult {
    const hints = Object.values(view.secrets ?? {}).map((secret) => secret.hint);
    const date = dates(this.language, { dateStyle: "medium" });
    const health = this.health.get(view.id);
    const rest = this.cooldowns.of(view.id, this.now);
    const tone = view.locked || view.last_error ? "bad" : !view.enabled ? "idle" : rest ? "warn" : "ok";
    const name = view.model ?? view.name;
    return html`<div class="panel credential">
      <div class="row">
        <span class="status" data-tone=${tone}><span class="visually-hidden">${this.t(view.enabled ? "configure.on" : "status.disabled")}</span></span>
        <span class="grow">
          <strong class="cut">${name}</strong>
          ${view.active && !strategy ? html`<span class="chip">${this.t("configure.active")}</span>` : nothing}
          <span class="muted small">
            ${hints.map((hint) => html`<code>${hint}</code> `)} ${this.t("configure.changed", { date: date.format(view.updated_at * 1000) })}
          </span>
        </span>
        ${group.views.length > 1 ? this.movers(view, group, at) : nothing}
        ${switchBox({
          id: `enabled-${view.id}`,
          name: this.t("configure.enable", { name }),
          checked: view.enabled,
          disabled: this.busy !== "",
          onswitch: (enabled) => void this.act(view, { enabled }),
        })}
      </div>
      ${rest && health ? this.resting(health, rest) : nothing}
      ${health ? html`<p class="muted small number">${this.figures(health)}</p>` : nothing}
      ${view.last_error ? html`<p class="small error-text">${view.last_error}</p>` : nothing}
      ${view.locked ? html`<p class="small error-text">${this.t("configure.locked")}</p>` : nothing}
      ${strategy === "weighted" ? this.weight(view) : nothing}
      <div class="row wrap">
        ${this.action(view, "test", this.t("configure.test"))}
        ${view.active || strategy ? nothing : this.action(view, "activate", this.t("configure.activate"))}
        <button type="button" class="button tiny" ?disabled=${this.busy !== ""} @click=${() => this.tell("credential-edit", view)}>
          ${this.t("configure.edit")}
        </button>
        <span class="grow"></span>
        ${this.iconButton("trash", this.t("configure.remove", { name }), () => this.removed(view, name), { id: `remove-${view.id}`, look: "danger" })}
      </div>
    </div>`;
  }

  /** The part of the ring that is left is the part of the time. */
  private resting(health: CredentialHealth, rest: { seconds: number; part: number }): TemplateResult {
    const { resting, models, last_error } = health;
    const what =
      resting.length < models ? this.t("balancing.rests.for", { models: resting.join(", ") }) : this.t("balancing.rests");
    return html`<p class="row small">
      <svg class="ring" viewBox="0 0 20 20" aria-hidden="true">
        ${svg`<circle cx="10" cy="10" r="8"></circle><circle class="left" cx="10" cy="10" r="8" pathLength="1" stroke-dasharray=${`${rest.part.toFixed(3)} 1`}></circle>`}
      </svg>
      <span>${what} ${last_error ? this.errorWord(last_error) : ""} <span class="number muted">${this.t("balancing.left", { count: rest.seconds })}</span></span>
    </p>`;
  }

  private figures({ attempts, failures, in_flight }: CredentialHealth): string {
    const parts = [
      this.t("balancing.attempts", { count: attempts }),
      failures ? this.t("balancing.failures", { count: failures }) : "",
      in_flight ? this.t("balancing.in_flight", { count: in_flight }) : "",
    ];
    return parts.filter(Boolean).join(" · ");
  }

  /** The class of an error in words; one that this version does not know is shown as it is. */
  private errorWord(name: string): string {
    const word = this.t(`error.${name}` as Key);
    return word.startsWith("error.") ? name : word;
  }

  private movers(view: CredentialView, group: CredentialGroup, at: number): TemplateResult {
    const name = view.name;
    const [up, down] = [`up-${view.id}`, `down-${view.id}`];
    const to = (place: number, ...buttons: string[]): void => {
      const views = moved(group.views, at, place);
      this.moving = { ids: views.map(({ id }) => id), buttons };
      void this.order(group, views);
    };
    return html`${this.iconButton("chevronUp", this.t("routes.up", { name }), () => to(at - 1, up, down), { id: up, off: at === 0 })}
    ${this.iconButton("chevronDown", this.t("routes.down", { name }), () => to(at + 1, down, up), {
      id: down,
      off: at === group.views.length - 1,
    })}`;
  }

  private iconButton(
    picture: keyof typeof PICTURES,
    name: string,
    press: () => void,
    { id, look = "", off = false }: { id: string; look?: string; off?: boolean },
  ): TemplateResult {
    return html`<button
      type="button"
      id=${id}
      class="button plain tiny square ${look}"
      aria-label=${name}
      ${tooltip(name)}
      ?disabled=${off}
      @click=${press}
    >
      ${drawing(PICTURES[picture])}
    </button>`;
  }

  private weight(view: CredentialView): TemplateResult {
    const typed = this.weights[view.id] ?? String(view.weight);
    return textField({
      id: `weight-${view.id}`,
      label: this.t("balancing.weight", { name: view.name }),
      value: typed,
      inputMode: "numeric",
      oninput: (text) => (this.weights = { ...this.weights, [view.id]: text }),
      onleave: () => {
        const weight = Math.round(Number(typed));
        const { [view.id]: _, ...rest } = this.weights;
        this.weights = rest;
        if (weight >= 1 && weight <= 1000 && weight !== view.weight) void this.act(view, { weight });
      },
    });
  }

  private action(view: CredentialView, what: "test" | "activate", text: string): TemplateResult {
    const running = this.busy === `${what} ${view.id}`;
    return html`<button type="button" class="button tiny" ?disabled=${this.busy !== ""} @click=${() => void this.act(view, what)}>
      ${running ? html`<span class="spinner"></span>` : nothing} ${text}
    </button>`;
  }

  private removed(view: CredentialView, name: string): void {
    if (confirm(this.t("configure.remove.sure", { name }))) void this.act(view, "remove");
  }

  private act(view: CredentialView, what: Act): Promise<void> {
    return this.doing(`${typeof what === "string" ? what : "change"} ${view.id}`, async () => {
      await this.client.onCredential(view.id, what);
      if (what === "test") notify(this.t("configure.tested", { name: view.name }));
    });
  }

  private share(name: string, strategy: Strategy | null): Promise<void> {
    // one that is set for all workspaces can only be taken away for all
    const scope = strategy === null && isInherited(this.ownStrategies, name, "workspace") ? "all" : "workspace";
    return this.doing("balancing", () => this.client.put("balancing", name, strategy, scope));
  }

  private order({ model }: CredentialGroup, views: readonly CredentialView[]): Promise<void> {
    const scope = model ? { model, model_type: views[0]?.model_type } : {};
    const body = { ids: views.map(({ id }) => id), ...scope };
    const path = `providers/${encodeURIComponent(this.provider)}/credentials/order`;
    return this.doing("order", () => this.client.api.json(path, { method: "PUT", body }));
  }

  private async doing(what: string, work: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = what;
    try {
      await work();
    } catch (error) {
      const { what: happened, next } = describe(error, this.tr);
      notify([happened, next].filter(Boolean).join(" "), "bad");
    }
    this.busy = "";
    this.tell("credentials-changed", null);
  }
}

define("mr-credential-list", CredentialList);

declare global {
  interface HTMLElementTagNameMap {
    "mr-credential-list": CredentialList;
  }
}
