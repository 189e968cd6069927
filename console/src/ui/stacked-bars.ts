import { type TemplateResult, html, svg } from "lit";
import { roundedUp } from "../core/usage";

export interface Stack {
  /** When, for people. */
  label: string;
  /** A value for each series, from the bottom up. */
  values: readonly number[];
}

export interface StackedBars {
  /** What the picture shows, in words. */
  label: string;
  stacks: readonly Stack[];
  /** The names of the series; the last one may be the rest. */
  names: readonly string[];
  /** Which colour each series has: 0–5, 6 for the rest. */
  hues: readonly number[];
  /** A value for people. */
  figure: (value: number) => string;
}

const TALL = 100;
const GAP = 0.2;

/** Bars in the order of time, one part for each series. What it shows stands in a table beside it too. */
export function stackedBars(chart: StackedBars): TemplateResult {
  const top = roundedUp(Math.max(0, ...chart.stacks.map((stack) => total(stack.values))));
  const labels = [0, Math.floor((chart.stacks.length - 1) / 2), chart.stacks.length - 1].map((at) => chart.stacks[at]?.label ?? "");
  return html`<figure class="chart">
    <div class="chart-scale small number muted" aria-hidden="true">
      <span>${chart.figure(top)}</span><span>${chart.figure(top / 2)}</span><span>${chart.figure(0)}</span>
    </div>
    <svg role="img" aria-label=${chart.label} viewBox=${`0 0 ${chart.stacks.length} ${TALL}`} preserveAspectRatio="none">
      ${[0, 0.5, 1].map((part) => svg`<line class="chart-line" x1="0" x2=${chart.stacks.length} y1=${part * TALL} y2=${part * TALL}></line>`)}
      ${chart.stacks.map((stack, at) => bar(chart, stack, at, top))}
    </svg>
    <div class="chart-times small number muted" aria-hidden="true">${labels.map((label) => html`<span>${label}</span>`)}</div>
  </figure>`;
}

function bar(chart: StackedBars, stack: Stack, at: number, top: number): unknown {
  let below = 0;
  const parts = stack.values.map((value, index) => {
    const height = (value / top) * TALL;
    below += height;
    return svg`<rect class=${`hue-${chart.hues[index] ?? 6}`} x=${at + GAP / 2} width=${1 - GAP} y=${TALL - below} height=${height}></rect>`;
  });
  return svg`<g class="chart-bar"><title>${told(chart, stack)}</title><rect class="chart-catch" x=${at} width="1" y="0" height=${TALL}></rect>${parts}</g>`;
}

function told(chart: StackedBars, stack: Stack): string {
  const lines = stack.values.map((value, at) => (value ? `${chart.names[at] ?? ""}: ${chart.figure(value)}` : "")).filter(Boolean);
  return [`${stack.label} — ${chart.figure(total(stack.values))}`, ...lines].join("\n");
}

const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
