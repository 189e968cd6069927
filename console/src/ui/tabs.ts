import { type TemplateResult, html } from "lit";

export interface TabItem {
  id: string;
  text: string;
}

/** Tabs of the ARIA practices: arrows choose, the panel (`panelOf`) follows. */
export function tabs(options: {
  label: string;
  items: readonly TabItem[];
  selected: string;
  onselect: (id: string) => void;
}): TemplateResult {
  const { items, selected, onselect } = options;
  const pressed = (event: KeyboardEvent): void => {
    const at = items.findIndex((item) => item.id === selected);
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1 + items.length, Home: 0, End: items.length - 1 };
    const target = moves[event.key];
    const next = target === undefined ? undefined : items[target % items.length];
    if (!next) return;
    event.preventDefault();
    onselect(next.id);
    const list = event.currentTarget as HTMLElement;
    requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return html`<div class="tabs" role="tablist" aria-label=${options.label} @keydown=${pressed}>
    ${items.map(
      (item) =>
        html`<button
          type="button"
          id=${`tab-${item.id}`}
          class="tab"
          role="tab"
          aria-selected=${item.id === selected ? "true" : "false"}
          aria-controls=${`panel-${item.id}`}
          tabindex=${item.id === selected ? 0 : -1}
          @click=${() => onselect(item.id)}
        >
          ${item.text}
        </button>`,
    )}
  </div>`;
}

export const panelOf = (id: string, content: unknown): TemplateResult =>
  html`<div id=${`panel-${id}`} class="tab-panel" role="tabpanel" aria-labelledby=${`tab-${id}`}>${content}</div>`;
