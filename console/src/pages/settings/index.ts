import { type TemplateResult, html, nothing } from "lit";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { WholePage } from "../../app/whole-page";
import { type Theme, currentLanguage, setLanguage, setTheme, theme } from "../../app/preferences";
import { LANGUAGES, type Key, type Language } from "../../core/i18n";
import { define } from "../../ui/define";
import { selectField } from "../../ui/field";
import { panelOf, tabs } from "../../ui/tabs";
import "./accounts";
import "./audit";
import "./health";
import "./records";
import "./tokens";
import "./workspaces";

/** Tabs beyond one's own preferences are for who operates the gateway. */
const TABS: readonly { id: string; text: Key; tag: string }[] = [
  { id: "records", text: "settings.records", tag: "mr-record-settings" },
  { id: "accounts", text: "settings.accounts", tag: "mr-account-settings" },
  { id: "workspaces", text: "settings.workspaces", tag: "mr-workspace-settings" },
  { id: "health", text: "settings.health", tag: "mr-health-settings" },
  { id: "tokens", text: "settings.tokens", tag: "mr-token-settings" },
  { id: "audit", text: "settings.audit", tag: "mr-audit-settings" },
];

/** The gateway's settings and one's own. The address holds the tab. */
export class SettingsPage extends WholePage {
  protected override render(): TemplateResult {
    const offered = this.client.operates
      ? TABS
      : this.client.session?.workspace
        ? []
        : TABS.filter(({ id }) => id === "workspaces");
    const tab = offered.find(({ id }) => id === this.place.query.get("tab"));
    const selected = tab?.id ?? "own";
    const items = [{ id: "own", text: this.t("settings.own") }, ...offered.map(({ id, text }) => ({ id, text: this.t(text) }))];
    return html`${tabs({ label: this.t("page.settings"), items, selected, onselect: (id) => this.router.narrow({ tab: id === "own" ? null : id }) })}
      ${panelOf(selected, html`<div class="settings-body">${tab ? this.section(tab.tag) : this.own()}</div>`)}`;
  }

  private section(name: string): TemplateResult {
    const tag = unsafeStatic(name);
    return staticHtml`<${tag} .surroundings=${this.surroundings} .place=${this.place}></${tag}>`;
  }

  private own(): TemplateResult {
    const { session } = this.client;
    return html`<div class="stack settings-form">
      ${
        session
          ? html`<dl class="facts">
            <dt>${this.t("signin.name")}</dt>
            <dd>${session.name}</dd>
            <dt>${this.t("tokens.role")}</dt>
            <dd>${this.t(session.role === "admin" ? "role.admin" : "role.viewer")}</dd>
            <dt>${this.t("settings.workspace")}</dt>
            <dd>${session.workspace || this.t("settings.workspace.all")}</dd>
          </dl>`
          : nothing
      }
      <div class="two-columns">
        ${selectField({
          id: "own-language",
          label: this.t("settings.language"),
          value: currentLanguage(),
          choices: Object.entries(LANGUAGES).map(([value, label]) => ({ value, label })),
          onchoose: (value) => void setLanguage(value as Language),
        })}
        ${selectField({
          id: "own-theme",
          label: this.t("settings.theme"),
          value: theme(),
          choices: (["system", "light", "dark"] as const).map((value) => ({ value, label: this.t(`theme.${value}`) })),
          onchoose: (value) => {
            setTheme(value as Theme);
            this.requestUpdate();
          },
        })}
      </div>
    </div>`;
  }
}

define("mr-settings-page", SettingsPage);
