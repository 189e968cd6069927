import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { Page } from "../app/page";
import { notify } from "../app/toasts";
import { keysIn } from "../core/balancing";
import type { ProviderDetail } from "../core/declared";
import type { CredentialView } from "../core/gateway-client";
import { failure } from "../elements/failure";
import { define } from "../ui/define";
import { textArea } from "../ui/field";

/** Many keys of one provider at once; the rest of the form is that of the first credential that is kept. */
export class PasteKeys extends Page {
  @property({ attribute: false }) detail!: ProviderDetail;
  @property({ attribute: false }) like: CredentialView | null = null;
  @state() private text = "";
  @state() private busy = false;
  @state() private refused: unknown = null;

  protected override render(): TemplateResult {
    const { keys, repeated } = keysIn(this.text);
    return html`<form class="stack" @submit=${this.submitted}>
      ${textArea({
        id: "several-keys",
        label: this.t("several.label"),
        help: this.t("several.help"),
        value: this.text,
        mono: true,
        rows: 6,
        oninput: (text) => (this.text = text),
      })}
      <p class="muted small" role="status">
        ${keys.length ? this.t("several.found", { count: keys.length }) : nothing} ${repeated ? this.t("several.repeated", { count: repeated }) : nothing}
      </p>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div class="row">
        <button class="button primary" ?disabled=${!keys.length || this.busy}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t("several.keep")}
        </button>
        <button type="button" class="button" @click=${() => this.tell("keys-pasted", 0)}>${this.t("cancel")}</button>
      </div>
    </form>`;
  }

  private async submitted(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.refused = null;
    try {
      const field = secretOf(this.detail);
      const body = { field, secrets: keysIn(this.text).keys, credentials: this.like?.values ?? {} };
      const path = `providers/${encodeURIComponent(this.detail.provider)}/credentials/several`;
      const { data, duplicates } = await this.client.api.json<{ data: unknown[]; duplicates: number }>(path, {
        method: "POST",
        body,
      });
      const told = [
        this.t("several.kept", { count: data.length }),
        duplicates ? this.t("several.known", { count: duplicates }) : "",
      ];
      notify(told.filter(Boolean).join(" "));
      this.text = "";
      this.tell("keys-pasted", data.length);
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }
}

/** The one secret of a provider's form; null where there are several, or none. */
export function secretOf(detail: ProviderDetail): string | null {
  const secrets = detail.provider_credential_schema?.credential_form_schemas.filter((field) => field.type === "secret-input") ?? [];
  return secrets.length === 1 ? (secrets[0]?.variable ?? null) : null;
}

define("mr-paste-keys", PasteKeys);

declare global {
  interface HTMLElementTagNameMap {
    "mr-paste-keys": PasteKeys;
  }
}
