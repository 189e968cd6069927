import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import type { KeyView } from "../app/console-client";
import { saveFile } from "../app/download";
import { PICTURES } from "../app/icons";
import { WholePage } from "../app/whole-page";
import { notify } from "../app/toasts";
import { dates, numbers } from "../core/formats";
import type { Key } from "../core/i18n";
import { money, tokens } from "../core/price";
import { Resource } from "../core/resource";
import {
  type Grouping,
  GROUPINGS,
  RANGES,
  type Range,
  type Series,
  type UsageRow,
  bucketsOf,
  currenciesOf,
  groupOf,
  measured,
  seriesOf,
} from "../core/usage";
import { describe, failure } from "../elements/failure";
import { define } from "../ui/define";
import { selectField } from "../ui/field";
import { drawing } from "../ui/icon";
import { stackedBars } from "../ui/stacked-bars";

interface Found {
  buckets: readonly number[];
  /** A row for each group and bucket. */
  series: readonly UsageRow[];
  /** A row for each group: its sums are exact. */
  groups: readonly UsageRow[];
  total: UsageRow | null;
  keys: ReadonlyMap<string, string>;
}

const MOST = 6;
const RANGE_NAMES = Object.keys(RANGES) as Range[];
/** A group of usage → what it is called in the query of the log. */
const LOG_FILTERS: Readonly<Partial<Record<Grouping, string>>> = {
  model: "model",
  provider: "provider",
  key_id: "key",
  model_type: "type",
};

/** What was used and what it cost. The address holds range, grouping and measure. */
export class UsagePage extends WholePage {
  @state() private round = 0;
  private readonly found = new Resource<Found>(
    (key, signal) => this.load(key, signal),
    () => (this.round += 1),
  );

  private get range(): Range {
    return RANGE_NAMES.find((range) => range === this.place.query.get("range")) ?? "7d";
  }

  private get by(): Grouping {
    return this.groupings.find((each) => each === this.place.query.get("by")) ?? "model";
  }

  private get groupings(): readonly Grouping[] {
    return GROUPINGS.filter((each) => each !== "workspace" || this.client.operates);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings") || changed.has("place")) this.found.want(`${this.range} ${this.by}`);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.found.stop();
  }

  private async load(key: string, signal: AbortSignal): Promise<Found> {
    const [range, by] = key.split(" ") as [Range, Grouping];
    const offset = -new Date().getTimezoneOffset();
    const buckets = bucketsOf(range, Date.now() / 1000, offset);
    const query = this.query(by, buckets[0] ?? 0);
    const [series, groups, total, keys] = await Promise.all([
      this.client.list<UsageRow>("usage", {
        query: { ...query, by, bucket: RANGES[range].bucket, offset_minutes: offset },
        signal,
      }),
      this.client.list<UsageRow>("usage", { query: { ...query, by }, signal }),
      this.client.list<UsageRow>("usage", { query, signal }),
      by === "key_id" ? this.client.list<KeyView>("keys", { signal }) : [],
    ]);
    return { buckets, series, groups, total: total[0] ?? null, keys: new Map(keys.map((view) => [view.id, view.name])) };
  }

  private query(by: Grouping, since: number): Record<string, string | number | boolean> {
    return { since, ...(by === "workspace" ? { all_workspaces: true } : {}) };
  }

  protected override render(): TemplateResult {
    const { current } = this.found;
    return html`${this.tools()}
      ${
        current.state === "failed"
          ? html`<div class="stack">
            ${failure(current.error, this.tr)}
            <div><button type="button" class="button" @click=${() => void this.found.refresh()}>${this.t("again")}</button></div>
          </div>`
          : current.state === "loading"
            ? html`<div class="skeleton chart-skeleton" role="status" aria-label=${this.t("loading")}></div>`
            : this.shown(current.value)
      }`;
  }

  protected override beside(): TemplateResult {
    return html`<button type="button" class="button" @click=${() => void this.save()}>${drawing(PICTURES.download)} ${this.t("usage.csv")}</button>`;
  }

  private tools(): TemplateResult {
    return html`<div class="row wrap spread tools-row">
      <div class="row wrap" role="group" aria-label=${this.t("usage.range")}>
        ${RANGE_NAMES.map((range) => this.chip(this.t(`usage.range.${range}`), range === this.range, () => this.router.narrow({ range })))}
      </div>
      <div class="row wrap" role="group" aria-label=${this.t("usage.by")}>
        ${this.groupings.map((by) => this.chip(this.t(`usage.by.${by}`), by === this.by, () => this.router.narrow({ by })))}
      </div>
    </div>`;
  }

  private chip(text: string, pressed: boolean, press: () => void): TemplateResult {
    return html`<button type="button" class="chip filter" aria-pressed=${pressed ? "true" : "false"} @click=${press}>${text}</button>`;
  }

  private shown(found: Found): TemplateResult {
    if (!found.total) {
      return html`<div class="empty panel">
        <h2>${this.t("usage.empty")}</h2>
        <p>${this.t("usage.empty.about")}</p>
        <a class="button" href=${this.router.href("playground")}>${this.t("page.playground")}</a>
      </div>`;
    }
    return html`<div class="stack">${this.sums(found.total)} ${this.chart(found)} ${this.table(found)}</div>`;
  }

  private sums(total: UsageRow): TemplateResult {
    const costs = Object.entries(total.cost).map(([currency, amount]) => money(Number(amount), currency, this.language));
    const sum = (key: Key, value: string, small = ""): TemplateResult => html`<div class="panel sum">
      <dt>${this.t(key)}</dt>
      <dd class="number">${value}</dd>
      ${small ? html`<dd class="muted small number">${small}</dd>` : nothing}
    </div>`;
    return html`<dl class="sums">
      ${sum("usage.calls", this.whole(total.calls), this.t("usage.cached.some", { count: total.cached }))}
      ${sum("usage.failed", this.share(total.failed, total.calls), this.t("usage.calls.some", { count: total.failed }))}
      ${sum("usage.tokens", tokens(total.input_tokens + total.output_tokens, this.language), this.t("play.tokens", { input: total.input_tokens, output: total.output_tokens }))}
      ${sum("usage.seconds", this.meanOf(total))}
      ${sum("usage.cost", costs.join(" + ") || "–", total.unpriced ? this.t("usage.unpriced", { count: total.unpriced }) : "")}
    </dl>`;
  }

  private chart(found: Found): TemplateResult {
    const measures = ["calls", "failed", "tokens", ...currenciesOf(found.groups).map((currency) => `cost:${currency}`)];
    const measure = measures.find((each) => each === this.place.query.get("measure")) ?? "calls";
    const series = seriesOf(found.series, found.buckets, measure, MOST);
    const names = series.map((each) => this.nameOf(each.name, found));
    const hues = series.map((each, at) => (each.name === null ? MOST : at));
    const stacks = found.buckets.map((start, at) => ({
      label: this.when(start),
      values: series.map((each) => each.values[at] ?? 0),
    }));
    const figure = (value: number): string => this.figure(measure, value);
    const whole = series.reduce((sum, each) => sum + each.total, 0);
    const label = this.t("usage.chart", { what: this.measureName(measure), total: figure(whole), count: found.buckets.length });
    return html`<section class="panel pad stack" aria-label=${this.t("usage.over")}>
      <div class="row wrap spread">
        <ul class="legend">
          ${names.map((name, at) => html`<li><i class=${`hue-${hues[at] ?? MOST}`}></i>${name}</li>`)}
        </ul>
        ${selectField({
          id: "usage-measure",
          label: this.t("usage.measure"),
          value: measure,
          choices: measures.map((value) => ({ value, label: this.measureName(value) })),
          onchoose: (value) => this.router.narrow({ measure: value }),
        })}
      </div>
      ${stackedBars({ label, stacks, names, hues, figure })}
      <details>
        <summary class="small muted">${this.t("usage.chart.table")}</summary>
        ${this.chartTable(stacks, names, series, figure)}
      </details>
    </section>`;
  }

  private chartTable(
    stacks: readonly { label: string; values: readonly number[] }[],
    names: readonly string[],
    series: readonly Series[],
    figure: (value: number) => string,
  ): TemplateResult {
    return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${this.t("usage.chart.table")}>
      <table class="grid tight">
        <thead>
          <tr>
            <th scope="col">${this.t("usage.time")}</th>
            ${names.map((name) => html`<th scope="col" class="end-cell">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${stacks.map(
            (stack) =>
              html`<tr>
                <th scope="row">${stack.label}</th>
                ${series.map((_, at) => html`<td class="end-cell number">${figure(stack.values[at] ?? 0)}</td>`)}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private table(found: Found): TemplateResult {
    const heads: readonly Key[] = [
      "usage.calls",
      "usage.failed",
      "usage.cached",
      "usage.seconds",
      "usage.input",
      "usage.output",
      "usage.cost",
    ];
    const rows = [...found.groups].sort((left, right) => measured(right, "calls") - measured(left, "calls"));
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t(`usage.by.${this.by}`)}>
      <table class="grid">
        <thead>
          <tr>
            <th scope="col">${this.t(`usage.by.${this.by}`)}</th>
            ${heads.map((key) => html`<th scope="col" class="end-cell">${this.t(key)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => this.row(row, found))}
        </tbody>
      </table>
    </div>`;
  }

  private row(row: UsageRow, found: Found): TemplateResult {
    const name = groupOf(row);
    const filter = LOG_FILTERS[this.by];
    const shown = this.nameOf(name, found);
    const costs = Object.entries(row.cost).map(([currency, amount]) => money(Number(amount), currency, this.language));
    const cells = [
      this.whole(row.calls),
      row.failed ? `${this.whole(row.failed)} · ${this.share(row.failed, row.calls)}` : "0",
      this.whole(row.cached),
      this.meanOf(row),
      this.whole(row.input_tokens),
      this.whole(row.output_tokens),
      costs.join(" + ") || "–",
    ];
    return html`<tr>
      <th scope="row">
        ${name && filter ? html`<a class="plain-link" href=${this.router.href(`logs?${new URLSearchParams({ [filter]: name }).toString()}`)}>${shown}</a>` : shown}
      </th>
      ${cells.map((text) => html`<td class="end-cell number">${text}</td>`)}
    </tr>`;
  }

  private nameOf(name: string | null, found: Found): string {
    if (name === null) return this.t("usage.rest");
    if (!name) return this.t("usage.nobody");
    if (this.by === "model_type") return this.t(`type.${name}` as Key);
    return found.keys.get(name) ?? name;
  }

  private measureName(measure: string): string {
    return measure.startsWith("cost:")
      ? this.t("usage.cost.in", { currency: measure.slice("cost:".length) })
      : this.t(`usage.${measure as "calls" | "failed" | "tokens"}`);
  }

  private figure(measure: string, value: number): string {
    if (measure.startsWith("cost:")) return money(value, measure.slice("cost:".length), this.language);
    return measure === "tokens"
      ? tokens(Math.round(value), this.language)
      : this.format({ maximumFractionDigits: 1 }).format(value);
  }

  private when(start: number): string {
    const hours = RANGES[this.range].bucket === "hour";
    const style = hours ? { hour: "2-digit", minute: "2-digit" } : { month: "short", day: "numeric" };
    return dates(this.language, style as Intl.DateTimeFormatOptions).format(start * 1000);
  }

  private meanOf(row: UsageRow): string {
    const style = { style: "unit", unit: "second", maximumFractionDigits: 2 } as const;
    return row.calls ? this.format(style).format(row.seconds / row.calls) : "–";
  }

  private share(part: number, whole: number): string {
    return this.format({ style: "percent", maximumFractionDigits: 1 }).format(whole ? part / whole : 0);
  }

  private whole(value: number): string {
    return this.format({}).format(value);
  }

  private format(options: Intl.NumberFormatOptions): Intl.NumberFormat {
    return numbers(this.language, options);
  }

  private async save(): Promise<void> {
    const offset = -new Date().getTimezoneOffset();
    const since = bucketsOf(this.range, Date.now() / 1000, offset)[0] ?? 0;
    const query = { ...this.query(this.by, since), by: this.by, bucket: RANGES[this.range].bucket, offset_minutes: offset };
    try {
      const answer = await this.client.api.raw("usage.csv", { query, accept: "text/csv" });
      saveFile(await answer.blob(), `usage-${this.by}-${this.range}.csv`);
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
  }
}

define("mr-usage-page", UsagePage);
