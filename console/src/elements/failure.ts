import { type TemplateResult, html, nothing } from "lit";
import { ApiError } from "../core/api";
import type { Key, Words } from "../core/i18n";
import { icon } from "../ui/icon";
import "../ui/copy-button";

type T = (key: Key, words?: Words) => string;

/** What happened and what to do, in one sentence each; the whole truth one click away, never cut. */
export function failure(error: unknown, t: T): TemplateResult {
  const told = describe(error, t);
  const details = detailsOf(error);
  return html`<div class="notice" data-tone="bad" role="alert">
    ${icon("alert")}
    <strong>${told.what}</strong>
    ${told.next ? html`<span>${told.next}</span>` : nothing}
    ${
      error instanceof ApiError && error.docUrl
        ? html`<a href=${error.docUrl} target="_blank" rel="noopener noreferrer">${t("failure.read")}</a>`
        : nothing
    }
    ${
      details
        ? html`<details>
          <summary class="small">${t("failure.details")}</summary>
          <pre class="mono">${details}</pre>
          <mr-copy .text=${details} words></mr-copy>
        </details>`
        : nothing
    }
  </div>`;
}

export function describe(error: unknown, t: T): { what: string; next: string } {
  if (!(error instanceof ApiError)) return { what: t("failure.unknown"), next: error instanceof Error ? error.message : "" };
  if (error.status === 0) return { what: t("failure.unreachable"), next: t("failure.unreachable.next") };
  return {
    what: error.message || t("failure.status", { status: String(error.status) }),
    next: error.hint ?? nextByStatus(error, t),
  };
}

function nextByStatus(error: ApiError, t: T): string {
  if (error.status === 429) return t("failure.limited.next");
  return error.status >= 500 && !error.upstream ? t("failure.server.next") : "";
}

function detailsOf(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0) return "";
  const { code, status, requestId, upstream } = error;
  const lines = [
    `${status} ${code}`,
    requestId ? `request id: ${requestId}` : "",
    upstream?.status ? `upstream status: ${upstream.status}` : "",
  ];
  return [...lines, upstream?.body ? pretty(upstream.body) : ""].filter(Boolean).join("\n");
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
