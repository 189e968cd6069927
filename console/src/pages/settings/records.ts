import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Page } from "../../app/page";
import { notify } from "../../app/toasts";
import type { Key } from "../../core/i18n";
import { Resource } from "../../core/resource";
import { type GatewaySettings, NUMBERS, type SettingsDraft, changesOf, draftOf } from "../../core/settings";
import { describe, failure } from "../../elements/failure";
import { define } from "../../ui/define";
import { switchField, textArea, textField } from "../../ui/field";

const PLACEHOLDERS: Readonly<Record<string, Key>> = {
  timeout: "settings.default",
  ledger_days: "settings.forever",
  audit_days: "settings.forever",
};

/** What is kept and for how long, and how far the gateway reaches. */
export class RecordSettings extends Page {
  @state() private round = 0;
  @state() private draft: SettingsDraft | null = null;
  @state() private busy = false;
  @state() private refused: unknown = null;
  private readonly settings = new Resource<GatewaySettings>(
    (_, signal) => this.client.api.json<GatewaySettings>("settings", { signal }),
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.settings.want("all");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.settings.stop();
  }

  protected override render(): TemplateResult {
    const { current } = this.settings;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    const draft = this.draft ?? draftOf(current.value);
    const changed = Object.keys(changesOf(draft, current.value)).length > 0;
    return html`<form class="stack settings-form" @submit=${(event: Event) => void this.save(event, current.value)}>
      ${switchField({
        id: "settings-keep",
        label: this.t("settings.keep_content"),
        help: this.t("settings.keep_content.help"),
        checked: draft.keep_content,
        onswitch: (keep_content) => (this.draft = { ...draft, keep_content }),
      })}
      <div class="two-columns">
        ${NUMBERS.map((name) =>
          textField({
            id: `settings-${name}`,
            label: this.t(`settings.${name}`),
            value: draft.numbers[name],
            placeholder: PLACEHOLDERS[name] ? this.t(PLACEHOLDERS[name]) : "30",
            inputMode: "decimal",
            oninput: (text) => (this.draft = { ...draft, numbers: { ...draft.numbers, [name]: text } }),
          }),
        )}
      </div>
      ${textArea({
        id: "settings-egress",
        label: this.t("settings.egress"),
        help: this.t("settings.egress.help"),
        value: draft.egress,
        mono: true,
        rows: 3,
        oninput: (egress) => (this.draft = { ...draft, egress }),
      })}
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div class="row wrap">
        <button class="button primary" ?disabled=${!changed || this.busy}>${this.t("settings.save")}</button>
        <button type="button" class="button danger" @click=${() => confirm(this.t("settings.forget.sure")) && void this.forget()}>
          ${this.t("settings.forget")}
        </button>
      </div>
    </form>`;
  }

  private async save(event: Event, settings: GatewaySettings): Promise<void> {
    event.preventDefault();
    const { draft } = this;
    if (!draft || this.busy) return;
    this.busy = true;
    try {
      const body = { values: changesOf(draft, settings) };
      const saved = await this.client.api.json<GatewaySettings>("settings", { method: "PATCH", body });
      this.settings.assume(saved);
      if (this.draft === draft) this.draft = null;
      this.refused = null;
      notify(this.t("settings.saved"));
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }

  private async forget(): Promise<void> {
    try {
      const { calls } = await this.client.api.json<{ calls: number }>("logs/content", { method: "DELETE" });
      notify(this.t("settings.forgotten", { count: calls }));
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
  }
}

define("mr-record-settings", RecordSettings);
