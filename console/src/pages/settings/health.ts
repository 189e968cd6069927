import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Page } from "../../app/page";
import type { Key } from "../../core/i18n";
import { Resource } from "../../core/resource";
import type { Health } from "../../core/settings";
import { failure } from "../../elements/failure";
import { define } from "../../ui/define";

type Facts = Readonly<Record<string, unknown>>;
const PARTS: Readonly<Record<string, Key>> = {
  ledger: "health.ledger",
  plane: "health.plane",
  configuration: "health.configuration",
};

/** How this process is: database, key ring, the outbox of records, limits and what else tells of itself. */
export class HealthSettings extends Page {
  @state() private round = 0;
  private readonly health = new Resource<Health>(
    (_, signal) => this.client.api.json<Health>("health", { signal }),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.health.want("all");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.health.stop();
  }

  protected override render(): TemplateResult {
    const { current } = this.health;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    const { status, version, revision, database, key_ring: ring, parts } = current.value;
    return html`<div class="stack">
      <div class="row spread">
        <span class="status" data-tone=${status === "ok" ? "ok" : "warn"}>${this.word(status === "ok")} · ${version} · ${revision}</span>
        <button type="button" class="button" @click=${() => void this.health.refresh()}>${this.t("logs.refresh")}</button>
      </div>
      <div class="routes">
        ${this.section("health.database", database.ok, { kind: database.kind, seconds: database.seconds })}
        ${this.keyRing(ring)}
        ${Object.entries(parts).map(([name, facts]) => this.reported(name, facts as Facts))}
      </div>
      ${this.targets((parts["plane"] as Facts | undefined)?.["targets"] as readonly Facts[] | undefined)}
    </div>`;
  }

  private word(good: boolean): string {
    return this.t(good ? "health.good" : "health.degraded");
  }

  private reported(name: string, { status, ...facts }: Facts): TemplateResult {
    return this.section(PARTS[name] ?? name, status === "ok" || status === undefined, facts);
  }

  /** The names are the gateway's own: this page need not know what a part tells. */
  private section(title: string, good: boolean, facts: Facts): TemplateResult {
    const plain = Object.entries(facts).filter(([, value]) => typeof value !== "object" && value !== undefined);
    return html`<section class="panel route">
      <div class="row spread">
        <h2 class="section-title">${this.t(title as Key)}</h2>
        <span class="status" data-tone=${good ? "ok" : "warn"}>${this.word(good)}</span>
      </div>
      <dl class="facts small">
        ${plain.map(
          ([name, value]) =>
            html`<dt><code>${name}</code></dt>
              <dd class="number">${String(value)}</dd>`,
        )}
      </dl>
    </section>`;
  }

  /** Each root key with what it sealed; the first one seals what is new. */
  private keyRing(ring: Health["key_ring"]): TemplateResult {
    return html`<section class="panel route">
      <div class="row spread">
        <h2 class="section-title">${this.t("health.key_ring")}</h2>
        <span class="status" data-tone=${ring && !ring.locked ? "ok" : "warn"}>${this.word(ring !== null && !ring.locked)}</span>
      </div>
      <dl class="facts small">
        ${ring?.ids.map(
          (id, at) =>
            html`<dt><code>${id}</code> ${at === 0 ? html`<span class="chip">${this.t("health.key_ring.active")}</span>` : nothing}</dt>
              <dd class="number">${this.t("health.key_ring.sealed", { count: ring.sealed[id] ?? 0 })}</dd>`,
        )}
      </dl>
      ${
        ring?.locked
          ? html`<p class="small error-text">${this.t("health.key_ring.locked", { count: ring.locked })}</p>
            <p class="small">
              ${this.t("health.key_ring.import")} <code>modelruntime keys import FILE</code><br />
              ${this.t("health.key_ring.abandon")} <code>modelruntime keys abandon --yes</code>
            </p>`
          : nothing
      }
    </section>`;
  }

  private targets(targets: readonly Facts[] = []): TemplateResult {
    if (!targets.length) return html`<p class="muted">${this.t("health.targets.none")}</p>`;
    const names = ["state", "cooldown", "in_flight", "attempts", "failures", "last_error"] as const;
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("health.targets")}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">${this.t("health.targets")}</th>
            ${names.map((name) => html`<th scope="col">${this.t(`health.${name}`)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${targets.map(
            (target) =>
              html`<tr>
                <th scope="row"><code>${String(target["provider"])}/${String(target["model"])}</code></th>
                ${names.map((name) => html`<td class="number">${String(target[name] ?? "–")}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

define("mr-health-settings", HealthSettings);
