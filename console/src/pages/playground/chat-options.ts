import { type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { type TextFault, schemaOf, toolsOf } from "../../core/declared-tools";
import type { Key, Words } from "../../core/i18n";
import { define } from "../../ui/define";
import { textArea } from "../../ui/field";
import { Localized } from "../../ui/localized";

/** Texts as they were typed. */
export interface ChatTexts {
  system: string;
  tools: string;
  schema: string;
}
export const NO_TEXTS: ChatTexts = { system: "", tools: "", schema: "" };

const SAMPLES: Readonly<Record<"tools" | "schema", unknown>> = {
  tools: [
    {
      name: "weather",
      description: "The weather in a city now.",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
  ],
  schema: {
    type: "object",
    properties: { city: { type: "string" }, degrees: { type: "number" } },
    required: ["city", "degrees"],
    additionalProperties: false,
  },
};
const FEATURES: Readonly<Record<"tools" | "schema", string>> = { tools: "tool-call", schema: "structured-output" };
const WORDS: Readonly<Record<keyof ChatTexts, Key>> = { system: "play.system", tools: "play.tools", schema: "play.schema" };
const REASONS: Readonly<Record<"tools" | "schema", Key>> = { tools: "play.tools.unfit", schema: "play.schema.unfit" };
const HELP: Readonly<Record<"tools" | "schema", Key>> = { tools: "play.tools.help", schema: "play.schema.help" };

/** What is wrong with a text of JSON, in words. */
export function faultWords(fault: TextFault, t: (key: Key, words?: Words) => string): string {
  if (fault.code === "json") return t("play.json.broken", { detail: fault.detail });
  if (fault.code === "list") return t("play.json.list");
  if (fault.code === "name") return t("play.json.name", { at: fault.at });
  return t("play.json.schema", { path: fault.path || "/", rule: fault.rule });
}

/** Of the tools or of the schema: is it of use with this model? */
export const serves = (part: "tools" | "schema", features: readonly string[]): boolean => features.includes(FEATURES[part]);

/**
 * What goes with every message of a conversation: the system prompt, tools, the shape of the answer.
 *
 * @fires texts-change - `{value: ChatTexts}`
 */
export class ChatOptions extends Localized {
  @property({ attribute: false }) texts: ChatTexts = NO_TEXTS;
  @property({ attribute: false }) features: readonly string[] = [];
  @property({ attribute: false }) parts: readonly (keyof ChatTexts)[] = ["system", "tools", "schema"];
  /** Why tools or a schema are not sent, where it is not one model that they are for. */
  @property({ attribute: false }) unfit: Key | null = null;
  @state() private open: keyof ChatTexts | null = null;

  protected override createRenderRoot(): this {
    return this;
  }

  protected override render(): TemplateResult {
    const { open } = this;
    return html`<div class="chat-options">
      <div class="row wrap">${this.parts.map((part) => this.opener(part))}</div>
      <div id="chat-option" ?hidden=${!open}>
        ${open === "system" ? this.area("system") : open ? this.json(open) : nothing}
      </div>
    </div>`;
  }

  /** Leave the room to the conversation. */
  fold(): void {
    this.open = null;
  }

  private opener(part: keyof ChatTexts): TemplateResult {
    const used =
      part === "system" ? this.texts.system.trim() !== "" : this.texts[part].trim() !== "" && serves(part, this.features);
    return html`<button
      type="button"
      class="button tiny ${used ? "used" : ""}"
      aria-expanded=${this.open === part ? "true" : "false"}
      aria-controls="chat-option"
      @click=${() => (this.open = this.open === part ? null : part)}
    >
      ${this.t(WORDS[part])} ${used ? html`<span class="visually-hidden">${this.t("play.used")}</span>` : nothing}
    </button>`;
  }

  private area(part: keyof ChatTexts, error = "", help = ""): TemplateResult {
    return textArea({
      id: `chat-${part}`,
      label: this.t(WORDS[part]),
      value: this.texts[part],
      rows: part === "system" ? 3 : 8,
      mono: part !== "system",
      error: error || undefined,
      help: help || undefined,
      oninput: (text) => this.change(part, text),
    });
  }

  private json(part: "tools" | "schema"): TemplateResult {
    if (!serves(part, this.features)) return html`<p class="muted">${this.t(this.unfit ?? REASONS[part])}</p>`;
    const { fault } = (part === "tools" ? toolsOf : schemaOf)(this.texts[part]);
    return html`${this.area(part, fault ? faultWords(fault, (key, words) => this.t(key, words)) : "", this.t(HELP[part]))}
      <div class="row">
        <button type="button" class="button tiny" @click=${() => this.change(part, JSON.stringify(SAMPLES[part], null, 2))}>
          ${this.t("play.sample")}
        </button>
        ${
          this.texts[part]
            ? html`<button type="button" class="button plain tiny" @click=${() => this.change(part, "")}>${this.t("play.remove")}</button>`
            : nothing
        }
      </div>`;
  }

  private change(part: keyof ChatTexts, text: string): void {
    this.tell("texts-change", { value: { ...this.texts, [part]: text } });
  }
}

define("mr-chat-options", ChatOptions);

declare global {
  interface HTMLElementTagNameMap {
    "mr-chat-options": ChatOptions;
  }
}
