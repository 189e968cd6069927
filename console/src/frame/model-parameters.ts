import { type PropertyValues, type TemplateResult, html } from "lit";
import { property, state } from "lit/decorators.js";
import type { ConsoleClient } from "../app/console-client";
import type { ModelDetail, ModelType, ParameterRule } from "../core/declared";
import "../elements/parameter-panel";
import { failure } from "../elements/failure";
import { SURFACE } from "../styles/sheets";
import { define } from "../ui/define";
import { Localized } from "../ui/localized";

/**
 * The parameter panel of a model that is named: what the page around would else have to fetch.
 *
 * @fires parameter-change - `{value}`
 */
export class ModelParameters extends Localized {
  static override styles = [...SURFACE];

  @property({ attribute: false }) client: Pick<ConsoleClient, "api"> | null = null;
  /** `provider/model` */
  @property() model = "";
  @property() modelType: ModelType = "llm";
  @property({ attribute: false }) value: Readonly<Record<string, unknown>> = {};
  @state() private rules: readonly ParameterRule[] = [];
  @state() private failed: unknown = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("client") || changed.has("model") || changed.has("modelType")) void this.look();
  }

  private async look(): Promise<void> {
    const { client, model, modelType } = this;
    this.rules = [];
    this.failed = null;
    if (!client || !model) return;
    const [provider = "", ...rest] = model.split("/");
    const asked = { provider, model: rest.join("/"), model_type: modelType };
    try {
      const detail = await client.api.json<ModelDetail>("models/one", { query: asked });
      if (this.model === model && this.modelType === modelType) this.rules = detail.parameter_rules ?? [];
    } catch (error) {
      if (this.model === model) this.failed = error;
    }
  }

  protected override render(): TemplateResult {
    if (this.failed) return failure(this.failed, (key, words) => this.t(key, words));
    return html`<mr-parameter-panel
      .rules=${this.rules}
      .value=${this.value}
      @parameter-change=${(event: CustomEvent<{ value: Record<string, unknown> }>) => (this.value = event.detail.value)}
    ></mr-parameter-panel>`;
  }
}

define("mr-model-parameters", ModelParameters);

declare global {
  interface HTMLElementTagNameMap {
    "mr-model-parameters": ModelParameters;
  }
}
