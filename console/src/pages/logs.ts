import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { KeyView } from "../app/console-client";
import { PICTURES } from "../app/icons";
import { WholePage } from "../app/whole-page";
import { isAborted } from "../core/api";
import { type Call, type CallFilter, type CallPage, isFailed, merged, passes, queryOf } from "../core/calls";
import { MODEL_TYPES } from "../core/declared";
import { dates, numbers } from "../core/formats";
import type { Key } from "../core/i18n";
import { money, tokens } from "../core/price";
import { eventsOf } from "../core/sse";
import { failure } from "../elements/failure";
import { define } from "../ui/define";
import { selectField, textField } from "../ui/field";
import { drawing } from "../ui/icon";
import { fetchWhenIdle } from "../ui/idle";
import "../ui/windowed-table";
import type { Column } from "../ui/windowed-table";

const PAGE = 50;
const AGAIN_MS = 2000;
const WHEN = { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" } as const;
const TOOK = { style: "unit", unit: "second", maximumFractionDigits: 2 } as const;
/** Names of spans of time → seconds. */
const SPANS: Readonly<Record<string, number>> = { hour: 3600, day: 86_400, week: 604_800 };

/** One call, in a drawer that comes after the list. */
const sheet = (): Promise<unknown> => import("./call-sheet");

/** Calls of clients, newest first, as they were and as they end. The address holds the filter and the call that is looked at. */
export class LogsPage extends WholePage {
  @state() private calls: readonly Call[] = [];
  @state() private next: string | null = null;
  @state() private state: "loading" | "ready" | "failed" = "loading";
  @state() private failed: unknown = null;
  @state() private more = false;
  @state() private live: "off" | "on" | "broken" = "off";
  @state() private keys: ReadonlyMap<string, string> = new Map();
  private asked = "";
  private asking: AbortController | null = null;
  private tailing: AbortController | null = null;
  private retry = 0;

  private get filter(): CallFilter {
    const { query } = this.place;
    const outcome = query.get("outcome");
    return {
      outcome: outcome === "ok" || outcome === "failed" ? outcome : "",
      type: MODEL_TYPES.find((type) => type === query.get("type")) ?? "",
      provider: query.get("provider") ?? "",
      model: query.get("model") ?? "",
      key: query.get("key") ?? "",
      last: SPANS[query.get("last") ?? ""] ?? 0,
    };
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("place") && !changed.has("surroundings")) return;
    if (this.place.query.has("call")) void sheet();
    if (!this.asked) void this.nameKeys();
    const wanted = JSON.stringify(this.filter);
    if (wanted !== this.asked) {
      this.asked = wanted;
      void this.load();
    }
    const live = this.place.query.get("live") === "1";
    if (live && this.live === "off") void this.tail();
    if (!live && this.live !== "off") this.still();
  }

  protected override firstUpdated(): void {
    fetchWhenIdle(sheet);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.asking?.abort();
    this.still();
  }

  private async nameKeys(): Promise<void> {
    try {
      const views = await this.client.list<KeyView>("keys");
      this.keys = new Map(views.map((view) => [view.id, view.name]));
    } catch {
      // Then the keys go by their ids.
    }
  }

  private async load(): Promise<void> {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.state = "loading";
    this.calls = [];
    this.more = false;
    try {
      const page = await this.page(null, asking.signal);
      this.calls = merged(page.data, this.calls);
      this.next = page.next;
      this.state = "ready";
    } catch (error) {
      if (isAborted(error)) return;
      this.failed = error;
      this.state = "failed";
    }
  }

  private page(cursor: string | null, signal: AbortSignal): Promise<CallPage> {
    const query = { ...queryOf(this.filter, Date.now() / 1000), limit: PAGE, cursor };
    return this.client.api.json<CallPage>("logs", { query, signal });
  }

  private async loadMore(): Promise<void> {
    if (this.more || !this.asking) return;
    this.more = true;
    try {
      const page = await this.page(this.next, this.asking.signal);
      this.calls = merged(this.calls, page.data);
      this.next = page.next;
      this.failed = null;
    } catch (error) {
      if (!isAborted(error)) this.failed = error;
    }
    this.more = false;
  }

  /** Calls as they end. A line that breaks is taken up again, and what was missed is asked for. */
  private async tail(): Promise<void> {
    const tailing = (this.tailing = new AbortController());
    try {
      const response = await this.client.api.raw("logs/tail", { accept: "text/event-stream", signal: tailing.signal });
      if (this.live === "broken") void this.catchUp(tailing.signal);
      this.live = "on";
      if (response.body) {
        for await (const event of eventsOf(response.body)) {
          if (event.event !== "call") continue;
          const call = JSON.parse(event.data) as Call;
          if (passes(call, this.filter)) this.calls = merged([call], this.calls);
        }
      }
    } catch (error) {
      if (isAborted(error)) return;
    }
    if (tailing.signal.aborted) return;
    this.live = "broken";
    this.retry = window.setTimeout(() => void this.tail(), AGAIN_MS);
  }

  private async catchUp(signal: AbortSignal): Promise<void> {
    try {
      this.calls = merged((await this.page(null, signal)).data, this.calls);
    } catch {
      // The next page that is asked for says what is wrong.
    }
  }

  private still(): void {
    clearTimeout(this.retry);
    this.tailing?.abort();
    this.tailing = null;
    this.live = "off";
  }

  protected override render(): TemplateResult {
    const open = this.place.query.get("call") ?? "";
    const at = this.calls.findIndex((call) => call.id === open);
    return html`${this.tools()} ${this.list()}
      <mr-call-sheet
        .surroundings=${this.surroundings}
        .place=${this.place}
        .call=${open}
        .keys=${this.keys}
        .newer=${this.calls[at - 1]?.id ?? ""}
        .older=${at < 0 ? "" : (this.calls[at + 1]?.id ?? "")}
        @call-close=${() => this.router.narrow({ call: null })}
        @call-open=${(event: CustomEvent<string>) => this.router.narrow({ call: event.detail })}
      ></mr-call-sheet>`;
  }

  protected override beside(): TemplateResult {
    return html`<span class="row">
          <span role="status">
            ${this.live === "off" ? nothing : html`<span class="status" data-tone=${this.live === "on" ? "ok" : "warn"}>${this.t(`logs.live.${this.live}`)}</span>`}
          </span>
          <button
            type="button"
            class="button"
            aria-pressed=${this.live === "off" ? "false" : "true"}
            @click=${() => this.router.narrow({ live: this.live === "off" ? "1" : null })}
          >
            ${drawing(PICTURES.live)} ${this.t("logs.live")}
          </button>
          <button type="button" class="button" @click=${() => void this.load()}>${this.t("logs.refresh")}</button>
        </span>`;
  }

  private tools(): TemplateResult {
    const { query } = this.place;
    const select = (name: string, label: Key, choices: readonly { value: string; label: string }[]): TemplateResult =>
      selectField({
        id: `logs-${name}`,
        label: this.t(label),
        value: query.get(name),
        none: this.t("logs.all"),
        choices,
        onchoose: (value) => this.router.narrow({ [name]: value }),
      });
    const text = (name: string, label: Key): TemplateResult =>
      textField({
        id: `logs-${name}`,
        label: this.t(label),
        value: query.get(name) ?? "",
        kind: "search",
        placeholder: this.t("logs.all"),
        oninput: (value) => this.router.narrow({ [name]: value.trim() }),
      });
    return html`<div class="filters" role="search" aria-label=${this.t("providers.filters")}>
      ${select(
        "outcome",
        "logs.outcome",
        (["ok", "failed"] as const).map((value) => ({ value, label: this.t(`logs.${value}`) })),
      )}
      ${select(
        "last",
        "usage.range",
        Object.keys(SPANS).map((value) => ({ value, label: this.t(`logs.last.${value as "hour" | "day" | "week"}`) })),
      )}
      ${select(
        "type",
        "usage.by.model_type",
        MODEL_TYPES.map((value) => ({ value, label: this.t(`type.${value}`) })),
      )}
      ${select(
        "key",
        "usage.by.key_id",
        [...this.keys].map(([value, label]) => ({ value, label })),
      )}
      ${text("provider", "usage.by.provider")} ${text("model", "usage.by.model")}
    </div>`;
  }

  private list(): TemplateResult {
    if (this.state === "failed") {
      return html`<div class="stack">
        ${failure(this.failed, this.tr)}
        <div><button type="button" class="button" @click=${() => void this.load()}>${this.t("again")}</button></div>
      </div>`;
    }
    if (this.state === "loading" && !this.calls.length) {
      return html`<div role="status" aria-label=${this.t("loading")}>${Array.from({ length: 8 }, () => html`<div class="skeleton skeleton-row"></div>`)}</div>`;
    }
    if (!this.calls.length) {
      const narrowed = [...this.place.query.keys()].some((name) => name !== "live" && name !== "call");
      return html`<div class="empty panel" role="status">
        <h2>${this.t("usage.empty")}</h2>
        ${
          narrowed
            ? html`<button type="button" class="button" @click=${() => this.router.go("logs")}>${this.t("providers.clear")}</button>`
            : html`<p>${this.t("logs.empty.about")}</p>`
        }
      </div>`;
    }
    return html`<mr-table class="logs-table" .label=${this.t("page.logs")} .columns=${this.columns()} .rows=${this.calls}></mr-table>
      <div class="row logs-more">
        ${
          this.next
            ? html`<button type="button" class="button" ?disabled=${this.more} @click=${() => void this.loadMore()}>
              ${this.more ? html`<span class="spinner"></span>` : nothing} ${this.t("logs.more")}
            </button>`
            : nothing
        }
        <span class="muted small number" role="status">${this.t("logs.shown", { count: this.calls.length })}</span>
        ${this.failed ? failure(this.failed, this.tr) : nothing}
      </div>`;
  }

  private columns(): Column<Call>[] {
    const when = (call: Call): string => dates(this.language, WHEN).format(call.started_at * 1000);
    const all: (Column<Call> & { large?: boolean })[] = [
      {
        id: "time",
        title: this.t("usage.time"),
        width: "150px",
        draw: (call) => html`<button
          type="button"
          class="plain-link number"
          aria-label=${this.t("logs.open", { time: when(call), name: call.asked_model })}
          @click=${() => this.router.narrow({ call: call.id }, { push: true })}
        >
          ${when(call)}
        </button>`,
      },
      {
        id: "status",
        title: this.t("logs.outcome"),
        width: "minmax(88px, 1.3fr)",
        draw: (call) =>
          html`<span class="status cut" data-tone=${isFailed(call) ? "bad" : "ok"} title=${call.code ?? ""}>${call.status} ${call.code ?? ""}</span>`,
      },
      {
        id: "model",
        title: this.t("usage.by.model"),
        width: "minmax(0, 1.6fr)",
        draw: (call) => html`<code title=${call.asked_model}>${call.asked_model}</code>`,
      },
      {
        id: "type",
        title: this.t("usage.by.model_type"),
        width: "104px",
        large: true,
        draw: (call) => html`<span class="type" data-type=${call.model_type}>${this.t(`type.${call.model_type}`)}</span>`,
      },
      {
        id: "key",
        title: this.t("usage.by.key_id"),
        width: "minmax(0, 0.8fr)",
        large: true,
        draw: (call) => this.keys.get(call.key_id) ?? call.key_id,
      },
      {
        id: "took",
        title: this.t("call.took"),
        width: "84px",
        end: true,
        large: true,
        draw: (call) => numbers(this.language, TOOK).format(call.seconds),
      },
      {
        id: "tokens",
        title: this.t("usage.tokens"),
        width: "96px",
        end: true,
        large: true,
        draw: (call) => this.tokensOf(call),
      },
      {
        id: "cost",
        title: this.t("usage.cost"),
        width: "96px",
        end: true,
        large: true,
        draw: (call) => (call.cost?.total ? money(Number(call.cost.total), call.cost.currency, this.language) : nothing),
      },
    ];
    const small = matchMedia("(max-width: 720px)").matches;
    return all.filter((column) => !small || !column.large);
  }

  private tokensOf({ usage }: Call): string {
    const { input, output } = usage;
    const shown = [input.total, output.total].map((count) => (count === null ? "–" : tokens(count, this.language)));
    return input.total === null && output.total === null ? "" : shown.join(" / ");
  }
}

define("mr-logs-page", LogsPage);
