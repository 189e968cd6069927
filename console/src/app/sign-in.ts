import { type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { ApiError } from "../core/api";
import { failure } from "../elements/failure";
import { define } from "../ui/define";
import { Page } from "./page";

/** Signing in; on a gateway without an account, making the first one. */
export class SignIn extends Page {
  @state() private settingUp = false;
  @state() private busy = false;
  @state() private failed: unknown = null;

  protected override render(): TemplateResult {
    const title = this.t(this.settingUp ? "signin.setup.title" : "signin.title");
    return html`<div class="sign-in">
      <form class="panel pad stack" @submit=${this.submitted}>
        <img src="./icon.svg" alt="" width="32" height="32" />
        <div>
          <h1>${title}</h1>
          ${this.settingUp ? html`<p class="muted">${this.t("signin.setup.about")}</p>` : nothing}
        </div>
        ${this.settingUp ? this.box("token", this.t("signin.token"), "off", "text") : nothing}
        ${this.box("name", this.t("signin.name"), "username", "text")}
        ${this.box("password", this.t("signin.password"), this.settingUp ? "new-password" : "current-password", "password")}
        ${this.failed ? failure(this.failed, this.tr) : nothing}
        <button class="button primary" ?disabled=${this.busy}>
          ${this.busy ? html`<span class="spinner"></span>` : nothing} ${this.t(this.settingUp ? "signin.setup.go" : "signin.go")}
        </button>
        <button type="button" class="button plain" @click=${this.turn}>${this.t(this.settingUp ? "signin.have" : "signin.first")}</button>
      </form>
    </div>`;
  }

  private box(
    name: string,
    label: string,
    fill: "off" | "username" | "new-password" | "current-password",
    type: "text" | "password",
  ): TemplateResult {
    return html`<div class="field">
      <label class="label" for=${`sign-in-${name}`}>${label}</label>
      <input id=${`sign-in-${name}`} class="input" name=${name} type=${type} autocomplete=${fill} required />
    </div>`;
  }

  private turn(): void {
    this.settingUp = !this.settingUp;
    this.failed = null;
  }

  private async submitted(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (name: string): string => String(data.get(name) ?? "");
    this.busy = true;
    this.failed = null;
    try {
      if (this.settingUp) await this.client.setUp(text("token").trim(), text("name"), text("password"));
      else await this.client.signIn(text("name"), text("password"));
      this.tell("signed-in", null);
    } catch (error) {
      this.failed = error;
      if (error instanceof ApiError && error.code === "already_set_up") this.settingUp = false;
    }
    this.busy = false;
  }
}

define("mr-sign-in", SignIn);

declare global {
  interface HTMLElementTagNameMap {
    "mr-sign-in": SignIn;
  }
}
