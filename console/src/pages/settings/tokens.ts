import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { dates } from "../../core/formats";
import type { AccessToken } from "../../core/settings";
import { failure } from "../../elements/failure";
import "../../ui/copy-button";
import { define } from "../../ui/define";
import { selectField, textField } from "../../ui/field";
import { drawing, icon } from "../../ui/icon";
import { tooltip } from "../../ui/tooltip";
import { ListedSettings } from "./listed";

type Role = AccessToken["role"];

/** Tokens of programs that use this API. */
export class TokenSettings extends ListedSettings<AccessToken> {
  protected readonly path = "tokens";
  @state() private name = "";
  @state() private chosen: Role = "viewer";
  @state() private text = "";

  protected shown(all: readonly AccessToken[]): TemplateResult {
    return html`<div class="stack">
      <p class="muted">${this.t("tokens.about")}</p>
      ${all.length ? this.list(all) : nothing} ${this.form()}
    </div>`;
  }

  private list(tokens: readonly AccessToken[]): TemplateResult {
    const date = dates(this.language, { dateStyle: "medium" });
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("settings.tokens")}>
      <table class="grid">
        <thead>
          <tr>
            ${(["keys.name", "tokens.role", "keys.created", "keys.used", "keys.state"] as const).map((key) => html`<th scope="col">${this.t(key)}</th>`)}
            <th scope="col"><span class="visually-hidden">${this.t("keys.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${tokens.map(
            (token) =>
              html`<tr>
                <th scope="row">${token.name}</th>
                <td>${this.t(`role.${token.role}`)}</td>
                <td class="number">${date.format(token.created_at * 1000)}</td>
                <td class="number">${token.last_used_at ? date.format(token.last_used_at * 1000) : this.t("keys.never")}</td>
                <td><span class="status" data-tone=${token.disabled ? "idle" : "ok"}>${this.t(token.disabled ? "keys.off" : "keys.on")}</span></td>
                <td>${this.actions(token)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private actions(token: AccessToken): TemplateResult {
    const words = this.t("keys.remove", { name: token.name });
    return html`<span class="row">
      ${
        token.disabled
          ? nothing
          : html`<button type="button" class="button tiny" @click=${() => void this.act(token, "revoke")}>${this.t("keys.revoke")}</button>`
      }
      <button
        type="button"
        class="button plain tiny square danger"
        aria-label=${words}
        ${tooltip(words)}
        @click=${() => confirm(this.t("configure.remove.sure", { name: token.name })) && void this.act(token, "remove")}
      >
        ${drawing(PICTURES.trash)}
      </button>
    </span>`;
  }

  private form(): TemplateResult {
    if (this.text) {
      return html`<div class="stack">
        <div class="notice" data-tone="ok" role="status">${icon("circleCheck")} <strong>${this.t("keys.made")}</strong></div>
        <div class="row made"><code class="grow">${this.text}</code><mr-copy .text=${this.text} words></mr-copy></div>
        <div><button type="button" class="button" @click=${() => (this.text = "")}>${this.t("keys.done")}</button></div>
      </div>`;
    }
    return html`<form class="stack settings-form" @submit=${this.submitted}>
      <div class="two-columns">
        ${textField({ id: "token-name", label: this.t("keys.name"), value: this.name, required: true, oninput: (name) => (this.name = name) })}
        ${selectField({
          id: "token-role",
          label: this.t("tokens.role"),
          value: this.chosen,
          choices: (["viewer", "admin"] as const).map((value) => ({ value, label: this.t(`role.${value}`) })),
          onchoose: (role) => (this.chosen = (role ?? "viewer") as Role),
        })}
      </div>
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button primary" ?disabled=${!this.name.trim()}>${drawing(PICTURES.plus)} ${this.t("tokens.make")}</button>
      </div>
    </form>`;
  }

  private readonly submitted = (event: Event): Promise<void> =>
    this.made(event, async () => {
      const body = { name: this.name.trim(), role: this.chosen };
      this.text = (await this.client.api.json<{ text: string }>("tokens", { method: "POST", body })).text;
      this.name = "";
    });

  private act(token: AccessToken, what: "revoke" | "remove"): Promise<void> {
    const path = `tokens/${encodeURIComponent(token.id)}`;
    const { api } = this.client;
    return this.tried(() =>
      what === "remove" ? api.json(path, { method: "DELETE" }) : api.json(`${path}/revoke`, { method: "POST" }),
    );
  }
}

define("mr-token-settings", TokenSettings);
