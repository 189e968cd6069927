import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { type Span, offsetsOf, spanOf } from "../core/window";
import { define } from "./define";
import { drawing } from "./icon";
import { styled } from "./styled";
import sortedDown from "lucide-static/icons/arrow-down.svg?drawing";
import sortedUp from "lucide-static/icons/arrow-up.svg?drawing";

export interface Column<T> {
  id: string;
  title: string;
  /** A track of the grid, e.g. `2fr` or `90px`. */
  width: string;
  end?: boolean;
  sortable?: boolean;
  draw: (row: T) => TemplateResult | string | typeof nothing;
}

export interface Sorting {
  column: string;
  down: boolean;
}

const ROW = 44;

/** A table of any length: only the rows near the eye are in the page. Sorting is asked for by `table-sort`. */
export class WindowedTable extends LitElement {
  @property({ attribute: false }) columns: readonly Column<never>[] = [];
  @property({ attribute: false }) rows: readonly unknown[] = [];
  @property({ attribute: false }) sorting: Sorting | null = null;
  @property() label = "";
  @state() private span: Span = { first: 0, end: 40 };
  @query(".table-scroll") private readonly scroller!: HTMLElement;
  private offsets: Float64Array = new Float64Array(1);
  private readonly resized = new ResizeObserver(() => this.look());

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
  }

  protected override firstUpdated(): void {
    this.resized.observe(this.scroller);
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("rows")) return;
    this.offsets = offsetsOf(this.rows, () => ROW);
    this.span = spanOf(this.offsets, this.scroller?.scrollTop ?? 0, this.scroller?.clientHeight || 900);
  }

  protected override render(): TemplateResult {
    const tracks = styled({ "grid-template-columns": this.columns.map((column) => column.width).join(" ") });
    const { first, end } = this.span;
    return html`<div class="table panel" role="table" aria-label=${this.label} aria-rowcount=${this.rows.length + 1}>
      <div role="rowgroup">
        <div class="table-row table-head" role="row" aria-rowindex="1" ${tracks}>${this.columns.map((column) => this.head(column))}</div>
      </div>
      <div class="table-scroll" role="rowgroup" tabindex="0" @scroll=${() => this.look()}>
        <div class="table-body" role="presentation" ${styled({ height: `${this.rows.length * ROW}px` })}>
          ${this.rows.slice(first, end).map((row, at) => this.drawRow(row, first + at))}
        </div>
      </div>
    </div>`;
  }

  private head(column: Column<never>): TemplateResult {
    const sorted = this.sorting?.column === column.id ? this.sorting : null;
    const direction = sorted ? (sorted.down ? "descending" : "ascending") : "none";
    return html`<span class=${column.end ? "end" : "cut"} role="columnheader" aria-sort=${ifDefined(column.sortable ? direction : undefined)}
      >${
        column.sortable
          ? html`<button type="button" @click=${() => this.sort(column.id)}>
            ${column.title} ${sorted ? drawing(sorted.down ? sortedDown : sortedUp) : nothing}
          </button>`
          : column.title
      }</span
    >`;
  }

  private drawRow(row: unknown, index: number): TemplateResult {
    const place = styled({
      top: `${index * ROW}px`,
      height: `${ROW}px`,
      "grid-template-columns": this.columns.map((column) => column.width).join(" "),
    });
    return html`<div class="table-row" role="row" aria-rowindex=${index + 2} ${place}>
      ${this.columns.map((column) => html`<span class=${column.end ? "end number" : "cut"} role="cell">${column.draw(row as never)}</span>`)}
    </div>`;
  }

  private sort(column: string): void {
    const down = this.sorting?.column === column ? !this.sorting.down : false;
    this.dispatchEvent(new CustomEvent<Sorting>("table-sort", { detail: { column, down }, bubbles: true }));
  }

  private look(): void {
    const span = spanOf(this.offsets, this.scroller.scrollTop, this.scroller.clientHeight);
    if (span.first !== this.span.first || span.end !== this.span.end) this.span = span;
  }
}

define("mr-table", WindowedTable);

declare global {
  interface HTMLElementTagNameMap {
    "mr-table": WindowedTable;
  }
}
