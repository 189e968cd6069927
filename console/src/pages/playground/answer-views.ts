import { type TemplateResult, html } from "lit";
import type { ToolCall } from "../../core/chat";
import { judgeAnswer } from "../../core/declared-tools";
import type { Key, Words } from "../../core/i18n";
import { code } from "../../ui/code";
import { icon } from "../../ui/icon";
import { faultWords } from "./chat-options";

type T = (key: Key, words?: Words) => string;

const MOST_FAULTS = 5;

/** An answer that was asked for in the shape of a schema, and whether it has it. */
export function judgedAnswer(text: string, wanted: Readonly<Record<string, unknown>>, t: T): TemplateResult {
  const faults = judgeAnswer(wanted, text);
  return html`${code(pretty(text), "json", t("play.result"))}
    ${
      faults.length
        ? html`<div class="notice" data-tone="warn">
          ${icon("alert")} <strong>${t("play.schema.departs")}</strong>
          <ul class="plain-list">${faults.slice(0, MOST_FAULTS).map((fault) => html`<li>${faultWords(fault, t)}</li>`)}</ul>
        </div>`
        : html`<p class="status" data-tone="ok">${t("play.schema.fits")}</p>`
    }`;
}

/** The tool that a model wants called, and with what. */
export function wantedCall(tool: ToolCall, t: T): TemplateResult {
  return html`<span class="row">${icon("tool")} ${t("play.tool", { name: tool.name })}</span>
    ${code(pretty(tool.arguments), "json", t("play.tool.arguments", { name: tool.name }))}`;
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
