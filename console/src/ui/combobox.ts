import { LitElement, type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { property, query, state } from "lit/decorators.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { live } from "lit/directives/live.js";
import { type Span, offsetsOf, spanOf } from "../core/window";
import { define } from "./define";
import { icon } from "./icon";
import { followAnchor, placeUnder } from "./place";
import { styled } from "./styled";

/** A row of the list: an option, or a heading of those that follow. */
export type ComboRow =
  | { kind: "option"; value: string; name: string; disabled?: boolean; draw: () => TemplateResult }
  | { kind: "heading"; value: string; name: string; draw: () => TemplateResult };

const OPTION = 44;
const HEADING = 28;

/** The combobox of the ARIA practices, with a list of any length. It draws into its surroundings' root: label, input and list
 *  share one space of ids. Keys: arrows, Home, End, Page keys, Enter, Escape; typing filters. */
export class Combobox extends LitElement {
  @property({ attribute: false }) rows: readonly ComboRow[] = [];
  @property() inputId = "combobox";
  @property() label = "";
  @property() placeholder = "";
  /** What the closed box shows. */
  @property() shown = "";
  @property() value = "";
  @property() empty = "";
  @property() describedBy: string | undefined;
  @property({ type: Boolean }) disabled = false;
  @property({ type: Boolean }) invalid = false;
  /** Whether `value` may be chosen; a disabled row may still be visited and tells `combo-blocked`. */
  @property({ attribute: false }) footer: TemplateResult | typeof nothing = nothing;
  @property({ attribute: false }) clear: { label: string } | null = null;

  @state() private open = false;
  @state() private query = "";
  @state() private active = -1;
  @state() private span: Span = { first: 0, end: 0 };
  @query("input") private readonly input!: HTMLInputElement;
  @query(".popup") private readonly popup!: HTMLElement;
  @query(".combo-list") private readonly list!: HTMLElement;
  private offsets: Float64Array = new Float64Array(1);
  private unfollow: (() => void) | null = null;

  protected override createRenderRoot(): this {
    return this;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.hide();
  }

  override focus(): void {
    this.input?.focus();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("rows")) return;
    this.offsets = offsetsOf(this.rows, (row) => (row.kind === "option" ? OPTION : HEADING));
    this.active = this.startRow();
    this.span = spanOf(this.offsets, 0, 360);
  }

  protected override updated(changed: PropertyValues): void {
    if (!this.open) return;
    if (changed.has("rows") || changed.has("open" as keyof this)) {
      this.reveal(this.active);
      this.place();
    }
  }

  protected override render(): TemplateResult {
    const listId = `${this.inputId}-list`;
    return html`<div class="affixed leading">
        ${icon("search")}
        <input
          id=${this.inputId}
          class="input"
          type="text"
          role="combobox"
          autocomplete="off"
          spellcheck="false"
          aria-label=${ifDefined(this.label || undefined)}
          aria-autocomplete="list"
          aria-expanded=${this.open ? "true" : "false"}
          aria-controls=${listId}
          aria-activedescendant=${ifDefined(this.open && this.active >= 0 ? this.rowId(this.active) : undefined)}
          aria-invalid=${ifDefined(this.invalid ? "true" : undefined)}
          aria-describedby=${ifDefined(this.describedBy)}
          placeholder=${this.open && this.shown ? this.shown : this.placeholder}
          ?disabled=${this.disabled}
          .value=${live(this.open ? this.query : this.shown)}
          @input=${this.typed}
          @keydown=${this.pressed}
          @click=${() => this.show()}
          @focus=${() => this.input.select()}
          @blur=${this.left}
        />
        ${
          this.clear && this.value && !this.open
            ? html`<button type="button" class="button plain tiny square" aria-label=${this.clear.label} @click=${() => this.choose("")}>
              ${icon("close")}
            </button>`
            : html`<button
              type="button"
              class="button plain tiny square"
              tabindex="-1"
              aria-hidden="true"
              ?disabled=${this.disabled}
              @mousedown=${this.toggled}
            >
              ${icon("chevronDown")}
            </button>`
        }
      </div>
      <div class="popup" .popover=${"manual"} @mousedown=${(event: Event) => event.preventDefault()}>
        <div
          id=${listId}
          class="combo-list"
          role="listbox"
          aria-label=${this.label}
          ${styled({ "max-height": "352px" })}
          @scroll=${this.scrolled}
        >
          ${this.open ? this.visibleRows() : nothing}
        </div>
        ${this.open && !this.rows.length ? html`<p class="muted nothing" role="status">${this.empty}</p>` : nothing}
        ${this.open ? this.footer : nothing}
      </div>`;
  }

  private visibleRows(): TemplateResult {
    const { first, end } = this.span;
    const rows = this.rows.slice(first, end).map((row, at) => ({ row, index: first + at }));
    return html`<div role="presentation" ${styled({ height: `${this.offsets[this.rows.length] ?? 0}px` })}></div>
      ${rows.map(({ row, index }) => this.drawRow(row, index))}`;
  }

  private drawRow(row: ComboRow, index: number): TemplateResult {
    const place = styled({ top: `${this.offsets[index] ?? 0}px`, height: `${row.kind === "option" ? OPTION : HEADING}px` });
    if (row.kind === "heading") return html`<div class="windowed group-label" role="presentation" ${place}>${row.draw()}</div>`;
    return html`<div
      id=${this.rowId(index)}
      class="windowed option ${index === this.active ? "active" : ""}"
      role="option"
      aria-label=${row.name}
      aria-selected=${row.value === this.value ? "true" : "false"}
      aria-disabled=${ifDefined(row.disabled ? "true" : undefined)}
      aria-setsize=${this.rows.length}
      aria-posinset=${index + 1}
      ${place}
      @mousemove=${() => (this.active = index)}
      @click=${() => this.take(index)}
    >
      ${row.draw()}
    </div>`;
  }

  private readonly rowId = (index: number): string => `${this.inputId}-option-${index}`;

  private typed(event: Event): void {
    this.query = (event.target as HTMLInputElement).value;
    this.tellQuery();
    this.show();
  }

  private tellQuery(): void {
    this.dispatchEvent(new CustomEvent("combo-query", { detail: this.query, bubbles: true }));
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    // A letter takes the place of the name that the closed box shows.
    if (!this.open && event.key.length === 1 && !event.ctrlKey && !event.metaKey) this.input.select();
    const page = 7;
    const moves: Record<string, () => void> = {
      ArrowDown: () => (this.open && !event.altKey ? this.move(this.active + 1, 1) : this.show()),
      ArrowUp: () => (event.altKey ? this.hide() : this.open ? this.move(this.active - 1, -1) : this.show()),
      PageDown: () => this.move(Math.min(this.rows.length - 1, this.active + page), 1),
      PageUp: () => this.move(Math.max(0, this.active - page), -1),
      Home: () => this.move(0, 1),
      End: () => this.move(this.rows.length - 1, -1),
      Enter: () => this.take(this.active),
      Escape: () => this.hide(),
    };
    const act = moves[event.key];
    const inText = (event.key === "Home" || event.key === "End") && this.query !== "";
    if (!act || inText || (!this.open && !["ArrowDown", "ArrowUp"].includes(event.key))) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** To the nearest option from `from` on, in a direction; round the end. */
  private move(from: number, step: 1 | -1): void {
    const count = this.rows.length;
    for (let tried = 0, at = from; tried < count; tried += 1, at += step) {
      const index = ((at % count) + count) % count;
      if (this.rows[index]?.kind === "option") {
        this.active = index;
        this.reveal(index);
        return;
      }
    }
  }

  private startRow(): number {
    const chosen = this.query ? -1 : this.rows.findIndex((row) => row.kind === "option" && row.value === this.value);
    return chosen >= 0 ? chosen : this.rows.findIndex((row) => row.kind === "option");
  }

  private reveal(index: number): void {
    const { list } = this;
    const top = this.offsets[index] ?? 0;
    const bottom = this.offsets[index + 1] ?? 0;
    if (top - HEADING < list.scrollTop) list.scrollTop = Math.max(0, top - HEADING);
    else if (bottom > list.scrollTop + list.clientHeight) list.scrollTop = bottom - list.clientHeight;
    this.scrolled();
  }

  private scrolled(): void {
    const span = spanOf(this.offsets, this.list.scrollTop, this.list.clientHeight || 352);
    if (span.first !== this.span.first || span.end !== this.span.end) this.span = span;
  }

  private take(index: number): void {
    const row = this.rows[index];
    if (row?.kind !== "option") return;
    if (row.disabled) {
      this.hide();
      this.dispatchEvent(new CustomEvent("combo-blocked", { detail: row.value, bubbles: true }));
    } else this.choose(row.value);
  }

  private choose(value: string): void {
    this.hide();
    this.dispatchEvent(new CustomEvent("combo-choose", { detail: value, bubbles: true }));
  }

  private readonly toggled = (event: Event): void => {
    event.preventDefault();
    this.input.focus();
    if (this.open) this.hide();
    else this.show();
  };

  private readonly left = (): void => this.hide();

  show(): void {
    if (this.open || this.disabled) return;
    this.open = true;
    this.active = this.startRow();
    this.popup.showPopover();
    this.unfollow = followAnchor(() => this.place());
  }

  hide(): void {
    if (!this.open) return;
    this.open = false;
    this.popup.hidePopover();
    this.unfollow?.();
    this.unfollow = null;
    if (this.query) {
      this.query = "";
      this.tellQuery();
    }
  }

  private place(): void {
    const anchor = this.input.parentElement as HTMLElement;
    placeUnder(this.popup, anchor, { width: Math.max(anchor.offsetWidth, 400) });
  }
}

define("mr-combobox", Combobox);

declare global {
  interface HTMLElementTagNameMap {
    "mr-combobox": Combobox;
  }
}
