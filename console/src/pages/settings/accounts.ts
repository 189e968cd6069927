import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { PICTURES } from "../../app/icons";
import { Page } from "../../app/page";
import { notify } from "../../app/toasts";
import { dates } from "../../core/formats";
import { Resource } from "../../core/resource";
import { type Account, type AccountDraft, type Workspace, accountBody, draftOfAccount } from "../../core/settings";
import { describe, failure } from "../../elements/failure";
import { define } from "../../ui/define";
import { selectField, switchField, textField } from "../../ui/field";
import { drawing } from "../../ui/icon";
import "../../ui/overlay";
import { tooltip } from "../../ui/tooltip";

interface Known {
  accounts: readonly Account[];
  workspaces: readonly Workspace[];
}

/** Who may sign in, and what they may do. */
export class AccountSettings extends Page {
  @state() private round = 0;
  /** The account that is being changed; `new` for one more. */
  @state() private edited: Account | "new" | null = null;
  @state() private draft: AccountDraft = draftOfAccount(null);
  @state() private busy = false;
  @state() private refused: unknown = null;
  private readonly known = new Resource<Known>(
    async (_, signal) => {
      const [accounts, workspaces] = await Promise.all([
        this.client.list<Account>("accounts", { signal }),
        this.client.list<Workspace>("workspaces", { signal }),
      ]);
      return { accounts, workspaces };
    },
    () => (this.round += 1),
  );

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("surroundings")) this.known.want("all");
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.known.stop();
  }

  protected override render(): TemplateResult {
    const { current } = this.known;
    if (current.state === "failed") return failure(current.error, this.tr);
    if (current.state === "loading")
      return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
    const { accounts, workspaces } = current.value;
    return html`<div class="stack">
      ${this.list(accounts, workspaces)}
      <div>
        <button type="button" class="button primary" @click=${() => this.edit("new")}>${drawing(PICTURES.plus)} ${this.t("accounts.new")}</button>
      </div>
      <mr-overlay
        .open=${this.edited !== null}
        .heading=${this.edited === "new" || !this.edited ? this.t("accounts.new") : this.edited.name}
        .closeLabel=${this.t("close")}
        @overlay-close=${() => (this.edited = null)}
      >
        <div class="pad">${this.edited ? this.form(this.edited, workspaces) : nothing}</div>
      </mr-overlay>
    </div>`;
  }

  private reach(workspace: string, workspaces: readonly Workspace[]): string {
    return workspace ? (workspaces.find(({ id }) => id === workspace)?.name ?? workspace) : this.t("settings.workspace.all");
  }

  private list(accounts: readonly Account[], workspaces: readonly Workspace[]): TemplateResult {
    const date = dates(this.language, { dateStyle: "medium", timeStyle: "short" });
    const columns = ["signin.name", "tokens.role", "settings.workspace", "accounts.last", "keys.state"] as const;
    return html`<div class="panel scroll-x" tabindex="0" role="region" aria-label=${this.t("settings.accounts")}>
      <table class="grid">
        <thead>
          <tr>
            ${columns.map((key) => html`<th scope="col">${this.t(key)}</th>`)}
            <th scope="col"><span class="visually-hidden">${this.t("keys.actions")}</span></th>
          </tr>
        </thead>
        <tbody>
          ${accounts.map(
            (account) =>
              html`<tr>
                <th scope="row">${account.name} ${account.id === this.client.session?.account_id ? html`<span class="chip">${this.t("accounts.you")}</span>` : nothing}</th>
                <td>${this.t(`role.${account.role}`)}</td>
                <td>${this.reach(account.workspace, workspaces)}</td>
                <td class="number">${account.last_login_at ? date.format(account.last_login_at * 1000) : this.t("keys.never")}</td>
                <td><span class="status" data-tone=${account.disabled ? "idle" : "ok"}>${this.t(account.disabled ? "accounts.off" : "accounts.on")}</span></td>
                <td>${this.actions(account)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  private actions(account: Account): TemplateResult {
    const words = this.t("keys.remove", { name: account.name });
    return html`<span class="row">
      <button type="button" class="button tiny" aria-label=${this.t("accounts.change", { name: account.name })} @click=${() => this.edit(account)}>
        ${this.t("configure.edit")}
      </button>
      <button
        type="button"
        class="button plain tiny square danger"
        aria-label=${words}
        ${tooltip(words)}
        @click=${() => confirm(this.t("accounts.remove.sure", { name: account.name })) && void this.forget(account)}
      >
        ${drawing(PICTURES.trash)}
      </button>
    </span>`;
  }

  private edit(account: Account | "new"): void {
    this.edited = account;
    this.draft = draftOfAccount(account === "new" ? null : account);
    this.refused = null;
  }

  private change(part: Partial<AccountDraft>): void {
    this.draft = { ...this.draft, ...part };
  }

  private form(edited: Account | "new", workspaces: readonly Workspace[]): TemplateResult {
    const { draft } = this;
    const fresh = edited === "new";
    return html`<form class="stack" @submit=${(event: Event) => void this.submitted(event, edited)}>
      ${
        fresh
          ? textField({
              id: "account-name",
              label: this.t("signin.name"),
              value: draft.name,
              required: true,
              oninput: (name) => this.change({ name }),
            })
          : nothing
      }
      ${selectField({
        id: "account-role",
        label: this.t("tokens.role"),
        value: draft.role,
        choices: (["viewer", "admin"] as const).map((value) => ({ value, label: this.t(`role.${value}`) })),
        onchoose: (role) => this.change({ role: (role ?? "viewer") as Account["role"] }),
      })}
      ${selectField({
        id: "account-workspace",
        label: this.t("settings.workspace"),
        value: draft.workspace || null,
        none: this.t("settings.workspace.all"),
        choices: workspaces.map(({ id, name }) => ({ value: id, label: name })),
        onchoose: (workspace) => this.change({ workspace: workspace ?? "" }),
      })}
      <div class="field">
        <label class="label" for="account-password">${this.t(fresh ? "signin.password" : "accounts.password.new")}</label>
        <input
          id="account-password"
          class="input"
          type="password"
          autocomplete="new-password"
          aria-describedby="account-password-help"
          .value=${draft.password}
          @input=${(event: Event) => this.change({ password: (event.target as HTMLInputElement).value })}
        />
        <div class="help" id="account-password-help">${this.t(fresh ? "accounts.password.help" : "accounts.password.keep")}</div>
      </div>
      ${
        fresh
          ? nothing
          : switchField({
              id: "account-disabled",
              label: this.t("accounts.may"),
              help: this.t("accounts.may.help"),
              checked: !draft.disabled,
              onswitch: (able) => this.change({ disabled: !able }),
            })
      }
      ${this.refused ? failure(this.refused, this.tr) : nothing}
      <div>
        <button class="button primary" ?disabled=${this.busy || (fresh && (!draft.name.trim() || !draft.password))}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t(fresh ? "accounts.make" : "settings.save")}
        </button>
      </div>
    </form>`;
  }

  private async submitted(event: Event, edited: Account | "new"): Promise<void> {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    this.refused = null;
    try {
      const body = accountBody(this.draft, edited === "new");
      if (edited === "new") await this.client.api.json("accounts", { method: "POST", body });
      else await this.client.api.json(`accounts/${encodeURIComponent(edited.id)}`, { method: "PUT", body });
      this.edited = null;
      notify(this.t("accounts.saved"));
      await this.known.refresh();
    } catch (error) {
      this.refused = error;
    }
    this.busy = false;
  }

  private async forget(account: Account): Promise<void> {
    try {
      await this.client.api.json(`accounts/${encodeURIComponent(account.id)}`, { method: "DELETE" });
    } catch (error) {
      notify(describe(error, this.tr).what, "bad");
    }
    await this.known.refresh();
  }
}

define("mr-account-settings", AccountSettings);
