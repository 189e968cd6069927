import { type TemplateResult, css, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { live } from "lit/directives/live.js";
import type { ParameterRule } from "../core/declared";
import { type Control, clamped, controlOf, judge, placeOf, valueAt, valueText } from "../core/parameters";
import { SURFACE } from "../styles/sheets";
import "../ui/copy-button";
import { define } from "../ui/define";
import { selectBox, switchBox } from "../ui/field";
import { icon } from "../ui/icon";
import { Localized } from "../ui/localized";
import { tooltip } from "../ui/tooltip";

type Slider = Extract<Control, { kind: "slider" }>;

/**
 * The parameters of a model, drawn from its rules. What is not switched on is not sent; a default is shown, not sent.
 *
 * @fires parameter-change - `{value}`: what would be sent
 */
export class ParameterPanel extends Localized {
  static override styles = [
    ...SURFACE,
    css`
      .rules {
        display: grid;
        gap: 4px;
      }
      .rule {
        display: grid;
        gap: 4px;
        padding: 8px 0;
        border-bottom: 1px solid var(--line);
      }
      .rule:last-child {
        border-bottom: 0;
      }
      .head {
        display: flex;
        align-items: center;
        gap: 8px;
        min-height: 28px;
      }
      .head .name {
        flex: 1;
        min-width: 0;
        font-weight: 500;
      }
      .off .name {
        color: var(--muted);
      }
      .bounded {
        display: grid;
        grid-template-columns: 1fr 92px;
        gap: 12px;
        align-items: center;
      }
      .narrow {
        width: 92px;
      }
      .help {
        color: var(--muted);
        font-size: 12px;
        line-height: 16px;
      }
      .note {
        color: var(--warn);
        font-size: 12px;
        line-height: 16px;
      }
      .note.bad {
        color: var(--bad);
      }
      .presets {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
      }
      .foot {
        display: flex;
        justify-content: space-between;
        align-items: center;
        padding-top: 8px;
      }
    `,
  ];

  @property({ attribute: false }) rules: readonly ParameterRule[] = [];
  @property({ attribute: false }) value: Readonly<Record<string, unknown>> = {};
  @property({ type: Boolean }) disabled = false;
  /** Numbers as they are typed: they are brought within the rule when the field is left, not on each key. */
  @state() private typing: { name: string; text: string } | null = null;

  protected override render(): TemplateResult {
    if (!this.rules.length) return html`<p class="muted">${this.t("parameters.none")}</p>`;
    const changed = Object.keys(this.value).length;
    return html`<div class="rules">${this.rules.map((rule) => this.drawRule(rule))}</div>
      <div class="foot">
        <button type="button" class="button plain tiny" ?disabled=${!changed || this.disabled} @click=${() => this.become({})}>
          ${icon("reset")} ${this.t("parameters.reset")}
        </button>
        <mr-copy words .label=${this.t("parameters.copy")} .text=${JSON.stringify(this.value, null, 2)}></mr-copy>
      </div>`;
  }

  private drawRule(rule: ParameterRule): TemplateResult {
    const set = Object.hasOwn(this.value, rule.name);
    const sent = set || Boolean(rule.required);
    const label = this.said(rule.label) || rule.name;
    const help = this.said(rule.help);
    const id = `parameter-${rule.name}`;
    const control = controlOf(rule);
    return html`<div class="rule ${sent ? "" : "off"}" role="group" aria-labelledby=${`${id}-label`}>
      <div class="head">
        ${
          rule.required
            ? nothing
            : switchBox({
                id: `${id}-sent`,
                name: this.t("parameters.send", { label }),
                checked: set,
                disabled: this.disabled,
                onswitch: (on) => this.change(rule.name, on ? this.startOf(rule, control) : undefined),
              })
        }
        <span class="name cut" id=${`${id}-label`} ${tooltip(rule.name)}>${label}</span>
        ${rule.unit ? html`<span class="muted small">${rule.unit}</span>` : nothing}
        ${
          set
            ? html`<button
              type="button"
              class="button plain tiny square"
              aria-label=${this.t("parameters.reset.one", { label })}
              ${tooltip(this.t("parameters.reset.one", { label }))}
              @click=${() => this.change(rule.name, undefined)}
            >
              ${icon("reset")}
            </button>`
            : nothing
        }
      </div>
      ${this.drawControl(rule, control, id, label)} ${this.presets(rule)} ${help ? html`<p class="help" id=${`${id}-help`}>${help}</p>` : nothing}
      ${this.note(rule)}
    </div>`;
  }

  private drawControl(rule: ParameterRule, control: Control, id: string, label: string): TemplateResult {
    const value = this.value[rule.name] ?? rule.default;
    const change = (next: unknown): void => this.change(rule.name, next);
    switch (control.kind) {
      case "slider":
        return this.slider(rule, control, id, label, typeof value === "number" ? value : control.min);
      case "number":
        return html`<div class="narrow">${this.numberBox(rule, id, label, valueText(value))}</div>`;
      case "switch":
        return html`<div class="row">
          ${switchBox({ id, name: label, checked: value === true, disabled: this.disabled, onswitch: change })}
          <span class="muted">${this.t(value === true ? "parameters.true" : "parameters.false")}</span>
        </div>`;
      case "select":
        return selectBox({
          id,
          label,
          labelledBy: `${id}-label`,
          value: value === undefined || value === null ? null : String(value),
          choices: control.options.map((option) => ({ value: option, label: option })),
          none: this.t("parameters.unset"),
          disabled: this.disabled,
          onchoose: (chosen) => change(chosen === null ? undefined : control.numeric ? Number(chosen) : chosen),
        });
      case "multiline":
        return html`<textarea
          id=${id}
          class="input mono"
          rows="4"
          spellcheck="false"
          aria-labelledby=${`${id}-label`}
          ?disabled=${this.disabled}
          .value=${live(valueText(value))}
          @change=${(event: Event) => change((event.target as HTMLTextAreaElement).value || undefined)}
        ></textarea>`;
      default:
        return html`<input
          id=${id}
          class="input"
          autocomplete="off"
          aria-labelledby=${`${id}-label`}
          ?disabled=${this.disabled}
          .value=${live(valueText(value))}
          @change=${(event: Event) => change((event.target as HTMLInputElement).value || undefined)}
        />`;
    }
  }

  private slider(rule: ParameterRule, control: Slider, id: string, label: string, value: number): TemplateResult {
    return html`<div class="bounded">
      <input
        class="slider"
        type="range"
        min="0"
        max="1"
        step="0.0001"
        aria-label=${label}
        aria-valuetext=${valueText(value)}
        ?disabled=${this.disabled}
        .value=${live(String(placeOf(control, value)))}
        @input=${(event: Event) => this.change(rule.name, valueAt(control, Number((event.target as HTMLInputElement).value)))}
        @keydown=${(event: KeyboardEvent) => this.stepped(event, rule, control, value)}
      />
      ${this.numberBox(rule, id, this.t("parameters.value", { label }), valueText(value))}
    </div>`;
  }

  /** Arrow keys go by the rule's step, whatever the length of the slider. */
  private stepped(event: KeyboardEvent, rule: ParameterRule, control: Slider, value: number): void {
    const steps: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
    const count = steps[event.key];
    if (count === undefined) return;
    event.preventDefault();
    const next = Math.min(control.max, Math.max(control.min, value + count * control.step));
    this.change(rule.name, Number(next.toFixed(10)));
  }

  private numberBox(rule: ParameterRule, id: string, label: string, shown: string): TemplateResult {
    const typing = this.typing?.name === rule.name ? this.typing.text : null;
    const leave = (): void => {
      const text = this.typing?.name === rule.name ? this.typing.text : null;
      this.typing = null;
      if (text !== null) this.change(rule.name, clamped(rule, text) ?? undefined);
    };
    return html`<input
      id=${id}
      class="input number"
      inputmode=${rule.type === "int" ? "numeric" : "decimal"}
      autocomplete="off"
      aria-label=${label}
      ?disabled=${this.disabled}
      .value=${live(typing ?? shown)}
      @input=${(event: Event) => (this.typing = { name: rule.name, text: (event.target as HTMLInputElement).value })}
      @blur=${leave}
      @keydown=${(event: KeyboardEvent) => event.key === "Enter" && leave()}
    />`;
  }

  private presets(rule: ParameterRule): TemplateResult | typeof nothing {
    if (!rule.presets?.length) return nothing;
    return html`<div class="presets">
      ${rule.presets.map(
        (preset) =>
          html`<button
            type="button"
            class="chip filter"
            aria-pressed=${this.value[rule.name] === preset.value ? "true" : "false"}
            ?disabled=${this.disabled}
            @click=${() => this.change(rule.name, preset.value)}
          >
            ${this.said(preset.label) || preset.name}
          </button>`,
      )}
    </div>`;
  }

  private note(rule: ParameterRule): TemplateResult | typeof nothing {
    if (!Object.hasOwn(this.value, rule.name)) return nothing;
    const found = judge(rule, this.value[rule.name]);
    if (found === "refused") return html`<p class="note bad" role="alert">${this.t("parameters.refused")}</p>`;
    return found === "unusual" ? html`<p class="note">${this.t("parameters.unusual")}</p>` : nothing;
  }

  private startOf(rule: ParameterRule, control: Control): unknown {
    if (rule.default !== undefined && rule.default !== null) return rule.default;
    if (control.kind === "slider") return control.min;
    if (control.kind === "number") return control.min ?? 0;
    if (control.kind === "switch") return true;
    if (control.kind === "select") return control.numeric ? Number(control.options[0]) : control.options[0];
    return "";
  }

  private change(name: string, next: unknown): void {
    const value = { ...this.value };
    if (next === undefined) delete value[name];
    else value[name] = next;
    this.become(value);
  }

  private become(value: Readonly<Record<string, unknown>>): void {
    this.typing = null;
    this.value = value;
    this.tell("parameter-change", { value });
  }
}

define("mr-parameter-panel", ParameterPanel);

declare global {
  interface HTMLElementTagNameMap {
    "mr-parameter-panel": ParameterPanel;
  }
}
