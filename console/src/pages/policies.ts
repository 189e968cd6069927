import { type TemplateResult, html, nothing } from "lit";
import { property } from "lit/decorators.js";
import { type Policies, type PolicyDraft, draftOfPolicy, policyOf } from "../core/policies";
import { define } from "../ui/define";
import { switchField, textField } from "../ui/field";
import { NamedTable, type TableWords } from "./named-table";

const WORDS: TableWords = {
  title: "policies.title",
  about: "policies.about",
  new: "policies.new",
  name: "policies.name",
  help: "policies.name.help",
  change: "policies.change",
  remove: "policies.remove",
  sure: "policies.remove.sure",
};

/** What is switched on for a model or a route: the exact cache, a second attempt beside a slow one, equal calls made once. */
export class PolicySection extends NamedTable<Policies[string], PolicyDraft> {
  @property({ attribute: false }) policies: Policies = {};
  /** Names that may have one, for the list under the box. */
  @property({ attribute: false }) names: readonly string[] = [];
  protected readonly table = "policies";
  protected readonly words = WORDS;
  protected readonly draftOf = draftOfPolicy;
  protected readonly written = policyOf;

  protected override render(): TemplateResult {
    return this.drawn(this.policies);
  }

  protected facts(_: string, policy: Policies[string]): TemplateResult {
    return html`<dl class="facts small">
                <dt>${this.t("policies.cache")}</dt>
                <dd class="number">${this.seconds(policy.cache_seconds)}</dd>
                <dt>${this.t("policies.hedge")}</dt>
                <dd class="number">${this.seconds(policy.hedge_seconds)}</dd>
                <dt>${this.t("policies.coalesce")}</dt>
                <dd>${this.t(policy.coalesce ? "policies.on" : "policies.off")}</dd>
              </dl>`;
  }

  private seconds(value: number | null | undefined): string {
    return value ? this.t("policies.seconds", { count: value }) : this.t("policies.off");
  }

  protected fields(draft: PolicyDraft, change: (part: Partial<PolicyDraft>) => void): TemplateResult {
    const { known } = draft;
    return html`${
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
      })}`;
  }
}

define("mr-policies", PolicySection);

declare global {
  interface HTMLElementTagNameMap {
    "mr-policies": PolicySection;
  }
}
