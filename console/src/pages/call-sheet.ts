import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, state } from "lit/decorators.js";
import { handOver } from "../app/handover";
import { PICTURES } from "../app/icons";
import { Page } from "../app/page";
import { type Attempt, type Call, isFailed, timeline } from "../core/calls";
import { dates, numbers } from "../core/formats";
import type { Key } from "../core/i18n";
import { money } from "../core/price";
import { replayOf } from "../core/replay";
import { failure } from "../elements/failure";
import "../ui/copy-button";
import { define } from "../ui/define";
import { drawing, icon } from "../ui/icon";
import "../ui/overlay";
import { styled } from "../ui/styled";
import { tooltip } from "../ui/tooltip";

/** All that is known of one call: attempts in their time, tokens, cost, and what was said where that is kept. */
export class CallSheet extends Page {
  @property() call = "";
  /** The names of keys by id. */
  @property({ attribute: false }) keys: ReadonlyMap<string, string> = new Map();
  /** The calls before and after it in the list; empty: none. */
  @property() newer = "";
  @property() older = "";
  @state() private detail: Call | null = null;
  @state() private failed: unknown = null;
  private asking: AbortController | null = null;

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("call")) void this.load(this.call);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.asking?.abort();
  }

  private async load(id: string): Promise<void> {
    this.asking?.abort();
    this.failed = null;
    if (!id) return;
    const asking = (this.asking = new AbortController());
    this.detail = null;
    try {
      this.detail = await this.client.api.json<Call>(`logs/${encodeURIComponent(id)}`, { signal: asking.signal });
    } catch (error) {
      if (!asking.signal.aborted) this.failed = error;
    }
  }

  protected override render(): TemplateResult {
    return html`<mr-overlay
      .open=${this.call !== ""}
      .heading=${this.t("call.title")}
      .closeLabel=${this.t("close")}
      @keydown=${this.pressed}
      @overlay-close=${() => this.tell("call-close", null)}
    >
      ${
        this.call
          ? html`<span slot="actions" class="row">
              ${this.step("call.newer", "k", this.newer, "chevronUp")} ${this.step("call.older", "j", this.older, "chevronDown")}
            </span>
            <div class="pad stack">${this.content()}</div>`
          : nothing
      }
    </mr-overlay>`;
  }

  private step(key: Key, shortcut: string, id: string, picture: "chevronUp" | "chevronDown"): TemplateResult {
    return html`<button
      type="button"
      class="button plain square"
      aria-label=${this.t(key)}
      aria-keyshortcuts=${shortcut}
      ?disabled=${!id}
      ${tooltip(`${this.t(key)} (${shortcut})`)}
      @click=${() => this.tell("call-open", id)}
    >
      ${drawing(PICTURES[picture])}
    </button>`;
  }

  private pressed(event: KeyboardEvent): void {
    const id = event.key === "k" ? this.newer : event.key === "j" ? this.older : "";
    if (!id || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.tell("call-open", id);
  }

  private content(): TemplateResult {
    if (this.failed) return failure(this.failed, this.tr);
    const { detail } = this;
    if (!detail) return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    return html`${this.outcome(detail)} ${this.facts(detail)} ${this.attempts(detail)} ${this.usage(detail)} ${this.kept(detail)}`;
  }

  private outcome(call: Call): TemplateResult {
    const failed = isFailed(call);
    return html`<div class="notice" data-tone=${failed ? "bad" : "ok"}>
      ${icon(failed ? "alert" : "circleCheck")}
      <strong class="number">${call.status} ${call.code ?? this.t(failed ? "logs.failed" : "logs.ok")}</strong>
      ${call.cached ? html`<span>${this.t("call.cached")}</span>` : nothing}
    </div>`;
  }

  private facts(call: Call): TemplateResult {
    const when = dates(this.language, { dateStyle: "medium", timeStyle: "medium" });
    const answered = call.provider ? `${call.provider}/${call.model ?? ""}` : "";
    return html`<dl class="facts">
      ${this.fact("call.id", html`<span class="row"><code>${call.id}</code> <mr-copy .text=${call.id}></mr-copy></span>`)}
      ${this.fact("call.started", when.format(call.started_at * 1000))}
      ${this.fact("call.asked", html`<code>${call.asked_model}</code>`)}
      ${answered ? this.fact("call.answered", html`<code>${answered}</code>`) : nothing}
      ${this.fact("call.endpoint", html`<code>${call.endpoint}</code>${call.stream ? ` · ${this.t("call.stream")}` : ""}`)}
      ${this.fact("call.key", this.keys.get(call.key_id) ?? call.key_id)}
      ${this.fact("call.took", this.seconds(call.seconds))}
      ${call.first_token_seconds === null ? nothing : this.fact("call.first", this.seconds(call.first_token_seconds))}
      ${call.overhead_seconds === null ? nothing : this.fact("call.overhead", this.seconds(call.overhead_seconds))}
    </dl>`;
  }

  private fact(key: Key, value: unknown): TemplateResult {
    return html`<dt>${this.t(key)}</dt>
      <dd class="number">${value}</dd>`;
  }

  private attempts(call: Call): TemplateResult {
    const placed = timeline(call);
    return html`<section>
      <h3 class="section-title">${this.t("call.attempts")}</h3>
      ${
        placed.length
          ? html`<ol class="attempts">
            ${placed.map(
              ({ attempt, start, length }) =>
                html`<li data-tone=${attempt.error ? "bad" : "ok"}>
                  <span class="row spread"><code class="cut">${attempt.provider}/${attempt.model}</code><span class="number">${this.seconds(attempt.seconds)}</span></span>
                  <span class="attempt-time" ${styled({ "--start": String(start), "--length": String(length) })}></span>
                  <span class="small muted">${this.attemptWords(attempt)}</span>
                </li>`,
            )}
          </ol>`
          : html`<p class="muted">${this.t(call.cached ? "call.cached" : "call.attempts.none")}</p>`
      }
    </section>`;
  }

  private attemptWords(attempt: Attempt): string {
    return [
      attempt.error ?? this.t("logs.ok"),
      attempt.status === null ? "" : String(attempt.status),
      attempt.credential_id ? this.t("call.credential", { id: attempt.credential_id }) : "",
      attempt.cost?.total ? money(Number(attempt.cost.total), attempt.cost.currency, this.language) : "",
      attempt.request_id ? this.t("call.upstream", { id: attempt.request_id }) : "",
    ]
      .filter(Boolean)
      .join(" · ");
  }

  private usage(call: Call): TemplateResult | typeof nothing {
    const { input, output, characters, seconds, searches, estimated } = call.usage;
    const amounts: readonly (readonly [Key, number | null])[] = [
      ["call.input", input.total],
      ["sheet.price.cache_read", input.cache_read],
      ["sheet.price.cache_write", input.cache_write],
      ["call.output", output.total],
      ["sheet.price.reasoning", output.reasoning],
      ["call.characters", characters],
      ["call.searches", searches],
    ];
    const known = amounts.filter(([, amount]) => amount !== null);
    const { cost } = call;
    if (!known.length && seconds === null && !cost) return nothing;
    const whole = numbers(this.language);
    const price = (amount: string | null): string =>
      amount === null ? "–" : money(Number(amount), cost?.currency ?? "", this.language);
    return html`<section>
      <h3 class="section-title">${this.t("call.usage")}${estimated ? ` · ${this.t("call.estimated")}` : ""}</h3>
      <dl class="facts">
        ${known.map(([key, amount]) => this.fact(key, whole.format(amount ?? 0)))}
        ${seconds === null ? nothing : this.fact("call.audio", this.seconds(seconds))}
        ${cost ? html`${this.fact("call.cost.input", price(cost.input))} ${this.fact("call.cost.output", price(cost.output))} ${this.fact("usage.cost", price(cost.total))}` : nothing}
      </dl>
    </section>`;
  }

  private kept(call: Call): TemplateResult {
    const { content } = call;
    if (!content) {
      return html`<section>
        <h3 class="section-title">${this.t("call.content")}</h3>
        <p class="muted">
          ${this.t("call.content.none")}
          ${this.client.operates ? html`<a href=${this.router.href("settings?tab=records")}>${this.t("page.settings")}</a>` : nothing}
        </p>
      </section>`;
    }
    const replay = call.provider ? replayOf(call.model_type, `${call.provider}/${call.model ?? ""}`, content.request) : null;
    const part = (key: Key, text: string): TemplateResult => html`<div class="wire">
      <div class="row spread"><span class="small muted">${this.t(key)}</span><mr-copy .text=${text}></mr-copy></div>
      <pre class="mono" tabindex="0" aria-label=${this.t(key)}>${pretty(text)}</pre>
    </div>`;
    return html`<section class="stack close">
      <div class="row spread">
        <h3 class="section-title">${this.t("call.content")}</h3>
        ${
          replay
            ? html`<button
              type="button"
              class="button tiny"
              @click=${() => {
                handOver(replay);
                this.router.go(`playground?${new URLSearchParams({ type: replay.type, model: replay.model }).toString()}`);
              }}
            >
              ${drawing(PICTURES.play)} ${this.t("call.replay")}
            </button>`
            : nothing
        }
      </div>
      ${part("call.request", content.request)} ${part("call.reply", content.reply)}
    </section>`;
  }

  private seconds(value: number): string {
    const small = value < 1;
    const style = { style: "unit", unit: small ? "millisecond" : "second", maximumFractionDigits: small ? 1 : 2 } as const;
    return numbers(this.language, style).format(small ? value * 1000 : value);
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

define("mr-call-sheet", CallSheet);

declare global {
  interface HTMLElementTagNameMap {
    "mr-call-sheet": CallSheet;
  }
}
