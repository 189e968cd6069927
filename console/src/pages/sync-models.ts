import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import type { ModelInfo, Price, ProviderInfo } from "../core/declared";
import { shownPrice } from "../core/price";
import { type OwnPrices, type RemoteDiff, type SyncEntry, entriesOf, planOf } from "../core/sync";
import { failure } from "../elements/failure";
import { priceText } from "../elements/model-badges";
import { define } from "../ui/define";
import { icon } from "../ui/icon";
import "../ui/overlay";

interface Compared {
  diff: RemoteDiff;
  entries: readonly SyncEntry[];
  prices: OwnPrices;
}

/** The vendor's own list beside what is known here, to take over what one chooses. The vendor is asked when it opens. */
export class SyncModels extends Page {
  @property({ attribute: false }) provider!: ProviderInfo;
  @property({ type: Boolean }) open = false;
  @state() private compared: Compared | null = null;
  @state() private chosen: ReadonlySet<string> = new Set();
  @state() private failed: unknown = null;
  @state() private busy = false;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("open") && this.open) void this.ask();
  }

  private async ask(): Promise<void> {
    const round = ++this.asked;
    this.compared = this.failed = null;
    const { provider } = this.provider;
    try {
      const path = `providers/${encodeURIComponent(provider)}/models/fetch`;
      const diff = await this.client.api.json<RemoteDiff>(path, { method: "POST" });
      const [models, prices] = await Promise.all([
        this.client.models({ provider }),
        this.client.api.json<{ data: OwnPrices }>("prices"),
      ]);
      if (round !== this.asked) return;
      const entries = entriesOf(diff, models as readonly ModelInfo[]);
      this.chosen = new Set(entries.filter(({ proposed }) => proposed).map(({ key }) => key));
      this.compared = { diff, entries, prices: prices.data };
    } catch (error) {
      if (round === this.asked) this.failed = error;
    }
  }

  protected override render(): TemplateResult {
    return html`<mr-overlay
      mode="dialog"
      .open=${this.open}
      .heading=${this.t("sync.title")}
      .closeLabel=${this.t("close")}
      @overlay-close=${(event: Event) => this.close(event)}
    >
      <div class="pad stack">
        ${
          this.failed
            ? failure(this.failed, this.tr)
            : this.compared
              ? this.differences(this.compared)
              : html`<p class="row" role="status"><span class="spinner"></span> ${this.t("sync.asking")}</p>`
        }
      </div>
    </mr-overlay>`;
  }

  /** The drawer around this dialog stays open. */
  private close(event: Event): void {
    event.stopPropagation();
    this.tell("sync-close", null);
  }

  private differences(compared: Compared): TemplateResult {
    const { diff, entries } = compared;
    const of = (kind: SyncEntry["kind"]): SyncEntry[] => entries.filter((entry) => entry.kind === kind);
    const plan = planOf(this.provider.provider, entries, this.chosen, compared.prices);
    const nothingToDo = !plan.switches.length && !Object.keys(plan.prices).length;
    return html`<p>${this.t("sync.listed", { count: diff.listed })}</p>
      ${diff.outage ? html`<div class="notice" data-tone="warn">${icon("alert")} <strong>${this.t("sync.outage")}</strong> <span>${diff.outage}</span></div>` : nothing}
      ${this.group("sync.added", "sync.added.help", of("added"))} ${this.group("sync.removed", "sync.removed.help", of("removed"))}
      ${this.group("sync.prices", "sync.prices.help", of("price"))} ${this.told(diff)}
      ${entries.length || diff.changed.length ? nothing : html`<p class="muted">${this.t("sync.same")}</p>`}
      ${
        entries.length && this.client.operates
          ? html`<div class="row">
            <button type="button" class="button primary" ?disabled=${nothingToDo || this.busy} @click=${() => void this.apply(compared)}>
              ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t("sync.apply")}
            </button>
            ${nothingToDo ? html`<span class="muted small">${this.t("sync.settled")}</span>` : nothing}
          </div>`
          : nothing
      }`;
  }

  private group(
    title: "sync.added" | "sync.removed" | "sync.prices",
    help: "sync.added.help" | "sync.removed.help" | "sync.prices.help",
    entries: readonly SyncEntry[],
  ): TemplateResult | typeof nothing {
    if (!entries.length) return nothing;
    return html`<fieldset class="targets">
      <legend class="section-title">${this.t(title, { count: entries.length })}</legend>
      <p class="muted small">${this.t(help)}</p>
      <ul class="bare sync-list">
        ${entries.map((entry) => html`<li>${this.entry(entry)}</li>`)}
      </ul>
    </fieldset>`;
  }

  private entry(entry: SyncEntry): TemplateResult {
    const { key, model, settled, before, after } = entry;
    return html`<label class="choice">
      <input
        type="checkbox"
        .checked=${settled || this.chosen.has(key)}
        ?disabled=${settled || !this.client.operates}
        @change=${(event: Event) => this.choose(key, (event.target as HTMLInputElement).checked)}
      />
      <span class="grow"><code>${model}</code> ${settled ? html`<span class="muted small">${this.t("sync.in_force")}</span>` : nothing}</span>
      ${entry.kind === "price" ? html`<span class="number small">${this.price(before)} → ${this.price(after)}</span>` : nothing}
      ${entry.kind === "added" && after ? html`<span class="number small muted">${this.price(after)}</span>` : nothing}
    </label>`;
  }

  private price(price: Price | null): string {
    const shown = shownPrice(price, this.language);
    return shown ? priceText(shown, this.tr) : this.t("sync.unknown");
  }

  private choose(key: string, on: boolean): void {
    const chosen = new Set(this.chosen);
    if (on) chosen.add(key);
    else chosen.delete(key);
    this.chosen = chosen;
  }

  /** What the list says otherwise of limits and abilities; it is in force already. */
  private told({ changed }: RemoteDiff): TemplateResult | typeof nothing {
    if (!changed.length) return nothing;
    return html`<section>
      <h3 class="section-title">${this.t("sync.changed", { count: changed.length })}</h3>
      <ul class="bare sync-list small">
        ${changed.map(
          ({ model, field, before, after }) =>
            html`<li><code>${model}</code> <span class="muted">${field}</span> <span class="number">${before || "–"} → ${after || "–"}</span></li>`,
        )}
      </ul>
    </section>`;
  }

  private async apply({ entries, prices }: Compared): Promise<void> {
    const { provider } = this.provider;
    const plan = planOf(provider, entries, this.chosen, prices);
    this.busy = true;
    try {
      if (plan.switches.length) {
        const path = `providers/${encodeURIComponent(provider)}/models/switches`;
        await this.client.api.json(path, { method: "PUT", body: { data: plan.switches } });
      }
      for (const [name, price] of Object.entries(plan.prices)) await this.client.put("prices", name, price);
      notify(this.t("sync.applied", { count: plan.switches.length + Object.keys(plan.prices).length }));
      this.tell("sync-close", null);
    } catch (error) {
      this.failed = error;
    }
    this.busy = false;
  }
}

define("mr-sync-models", SyncModels);

declare global {
  interface HTMLElementTagNameMap {
    "mr-sync-models": SyncModels;
  }
}
