import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { Page } from "../../app/page";
import { dates } from "../../core/formats";
import { type AuditCheck, type AuditEntry, differencesOf } from "../../core/settings";
import { failure } from "../../elements/failure";
import { define } from "../../ui/define";
import { textField } from "../../ui/field";

/** Who changed what. Entries are chained: one that was changed or is missing shows. */
export class AuditSettings extends Page {
  @state() private entries: readonly AuditEntry[] | null = null;
  @state() private next: number | null = null;
  @state() private subject = "";
  @state() private verdict: AuditCheck | null = null;
  @state() private failed: unknown = null;
  private asked = 0;

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) void this.load(null);
  }

  /** The newest entries, or those before one that is shown. */
  private async load(before: number | null): Promise<void> {
    const round = ++this.asked;
    this.failed = null;
    try {
      const query = { before, subject: this.subject.trim(), limit: 50 };
      const page = await this.client.api.json<{ data: readonly AuditEntry[]; next: number | null }>("audit", { query });
      if (round !== this.asked) return;
      this.entries = before === null ? page.data : [...(this.entries ?? []), ...page.data];
      this.next = page.next;
    } catch (error) {
      if (round === this.asked) this.failed = error;
    }
  }

  private async check(): Promise<void> {
    this.failed = null;
    try {
      this.verdict = await this.client.api.json<AuditCheck>("audit/check");
    } catch (error) {
      this.failed = error;
    }
  }

  protected override render(): TemplateResult {
    return html`<div class="stack">
      <form class="row wrap" @submit=${this.searched}>
        ${textField({
          id: "audit-subject",
          label: this.t("audit.subject"),
          value: this.subject,
          mono: true,
          oninput: (text) => (this.subject = text),
        })}
        <button class="button">${this.t("audit.search")}</button>
        <button type="button" class="button" @click=${() => void this.check()}>${this.t("audit.check")}</button>
      </form>
      ${this.verdict ? this.told(this.verdict) : nothing} ${this.failed ? failure(this.failed, this.tr) : nothing}
      ${
        this.entries
          ? this.list(this.entries)
          : this.failed
            ? nothing
            : html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`
      }
      ${
        this.next === null
          ? nothing
          : html`<div><button type="button" class="button" @click=${() => void this.load(this.next)}>${this.t("audit.older")}</button></div>`
      }
    </div>`;
  }

  private searched(event: Event): void {
    event.preventDefault();
    void this.load(null);
  }

  private told({ whole, first_broken }: AuditCheck): TemplateResult {
    const text = whole ? this.t("audit.whole") : this.t("audit.broken", { number: String(first_broken ?? "") });
    return html`<div class="notice" data-tone=${whole ? "ok" : "bad"} role="status"><strong>${text}</strong></div>`;
  }

  private list(entries: readonly AuditEntry[]): TemplateResult {
    if (!entries.length) return html`<p class="muted" role="status">${this.t("audit.none")}</p>`;
    const time = dates(this.language, { dateStyle: "short", timeStyle: "medium" });
    const columns = ["usage.time", "audit.who", "audit.what", "audit.subject", "settings.workspace"] as const;
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("settings.audit")}>
      <table class="grid tight">
        <thead>
          <tr>
            <th scope="col">#</th>
            ${columns.map((key) => html`<th scope="col">${this.t(key)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${entries.map(
            (entry) =>
              html`<tr>
                <th scope="row" class="number">${entry.number}</th>
                <td class="number">${time.format(entry.at * 1000)}</td>
                <td>${entry.actor.name || this.t(`actor.${entry.actor.kind}`)} <span class="muted small">${entry.actor.address ?? ""}</span></td>
                <td>${this.what(entry)}</td>
                <td><code>${entry.subject}</code></td>
                <td>${entry.workspace || "–"}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  /** What was done is the gateway's own word; what differs is one click away. */
  private what(entry: AuditEntry): TemplateResult {
    const differences = differencesOf(entry);
    if (!differences.length) return html`<code>${entry.action}</code>`;
    return html`<details class="audit">
      <summary><code>${entry.action}</code></summary>
      <ul class="bare small">
        ${differences.map(
          ({ name, before, after }) =>
            html`<li><span class="muted">${name}</span> <code>${before}</code> → <code>${after}</code></li>`,
        )}
      </ul>
    </details>`;
  }
}

define("mr-audit-settings", AuditSettings);
