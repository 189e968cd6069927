import { type PropertyValues, type TemplateResult, html, nothing } from "lit";
import { state } from "lit/decorators.js";
import { ifDefined } from "lit/directives/if-defined.js";
import { html as staticHtml, unsafeStatic } from "lit/static-html.js";
import { ApiError } from "../core/api";
import { LANGUAGES, type Language } from "../core/i18n";
import { Heart, type Pulse } from "../core/pulse";
import { failure } from "../elements/failure";
import { define } from "../ui/define";
import { drawing } from "../ui/icon";
import { Localized } from "../ui/localized";
import { tooltip } from "../ui/tooltip";
import { PICTURES } from "./icons";
import type { Surroundings } from "./page";
import { pageHead } from "./page-head";
import { PAGES, type PageEntry } from "./pages";
import { type Theme, currentLanguage, remember, remembered, setLanguage, setTheme, theme } from "./preferences";
import type { Place } from "./router";
import "./toasts";

/** Milliseconds between looks at the gateway while somebody looks at the page. */
const LOOK_EVERY = 60_000;
type Door = "opening" | "open" | "closed" | "failed";

/** The frame of all pages: rail, palette, keys, and whoever is signed in. */
export class Shell extends Localized {
  surroundings!: Surroundings;
  @state() private place: Place | null = null;
  @state() private door: Door = "opening";
  @state() private failed: unknown = null;
  @state() private palette = false;
  @state() private narrow = remembered("rail") === "narrow";
  @state() private renewed = false;
  @state() private away = false;
  @state() private pulse: Pulse = "here";
  private pendingJump = 0;
  private paletteLoaded = false;
  private readonly loaded = new Set<string>();

  protected override createRenderRoot(): this {
    return this;
  }

  async begin(surroundings: Surroundings): Promise<void> {
    this.surroundings = surroundings;
    surroundings.router.listen((place) => this.turnTo(place));
    this.turnTo(surroundings.router.place);
    addEventListener("keydown", (event) => this.pressed(event));
    addEventListener("vite:preloadError", () => (this.renewed = true));
    addEventListener("offline", () => (this.away = true));
    addEventListener("online", () => (this.away = false));
    void this.page.load().catch(() => undefined); // while it is asked who is there; what fails is told when the page is drawn
    await this.enter();
    this.watch(surroundings.client);
  }

  /** Does the gateway answer, and is it the one that this page is of? */
  private watch(client: Surroundings["client"]): void {
    const heart = new Heart({ ask: () => client.version(), tell: (pulse) => this.heard(pulse) });
    client.ontrouble = () => void heart.look();
    document.addEventListener("visibilitychange", () => document.hidden || void heart.look());
    addEventListener("online", () => void heart.look());
    setInterval(() => document.hidden || void heart.look(), LOOK_EVERY);
    void heart.look();
  }

  private heard(pulse: Pulse): void {
    this.pulse = pulse;
    if (pulse === "here" && this.door === "failed") void this.enter();
  }

  private async enter(): Promise<void> {
    this.door = "opening";
    try {
      await this.surroundings.client.whoIsThere();
      this.door = "open";
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) {
        await import("./sign-in");
        this.door = "closed";
      } else {
        this.failed = error;
        this.door = "failed";
      }
    }
  }

  private turnTo(place: Place): void {
    const before = this.place?.parts[0];
    this.place = place;
    if (before !== undefined && before !== place.parts[0]) void this.updateComplete.then(() => this.querySelector("main")?.focus());
    this.palette = false;
  }

  private get page(): PageEntry {
    return PAGES.find((page) => page.path === this.place?.parts[0]) ?? (PAGES[0] as PageEntry);
  }

  protected override updated(_: PropertyValues): void {
    this.classList.toggle("narrow", this.narrow);
    if (this.place) document.title = `${this.t(this.page.title)} · modelruntime`;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.place) return nothing;
    if (this.door === "closed") {
      return html`<main class="whole"><mr-sign-in .surroundings=${this.surroundings} @signed-in=${() => (this.door = "open")}></mr-sign-in></main>`;
    }
    return html`<a class="button skip" href="#main" @click=${this.skip}>${this.t("skip")}</a>
      ${this.rail()}
      <main id="main" tabindex="-1">${this.banners()} ${this.door === "failed" ? this.broken() : this.drawPage()}</main>
      ${
        this.paletteLoaded
          ? html`<mr-palette
            .surroundings=${this.surroundings}
            .open=${this.palette}
            .actions=${this.actions()}
            @palette-close=${() => (this.palette = false)}
          ></mr-palette>`
          : nothing
      }
      <mr-toasts></mr-toasts>`;
  }

  private skip(event: Event): void {
    event.preventDefault();
    this.querySelector("main")?.focus();
  }

  private brand(): TemplateResult {
    const home = this.surroundings.router.href("");
    return html`<a class="brand" href=${home} aria-label="modelruntime"><img src="./icon.svg" alt="" /><span class="words">modelruntime</span></a>`;
  }

  private rail(): TemplateResult {
    const { router } = this.surroundings;
    return html`<header class="rail">
      ${this.brand()}
      <button type="button" class="link" aria-label=${this.t("palette.title")} aria-keyshortcuts="Control+K" @click=${() => this.showPalette()}>
        ${drawing(PICTURES.command)} <span class="words">${this.t("palette.open")}</span><kbd>Ctrl K</kbd>
      </button>
      <nav aria-label=${this.t("rail")}>
        ${PAGES.map(
          (page) =>
            html`<a
              class="link"
              href=${router.href(page.path)}
              aria-current=${page === this.page ? "page" : "false"}
              aria-label=${this.t(page.title)}
              ${tooltip(this.narrow ? this.t(page.title) : "")}
              >${drawing(PICTURES[page.picture])} <span class="words">${this.t(page.title)}</span></a
            >`,
        )}
      </nav>
      <div class="bottom">
        ${this.elsewhere()}
        ${this.railButton("languages", this.otherLanguage(), () => void setLanguage(this.nextLanguage()), htmlOf(this.nextLanguage()))}
        ${this.railButton(theme() === "dark" ? "moon" : "sun", this.t(`theme.${theme()}`), () => this.nextTheme())}
        ${this.surroundings.client.session?.via === "session" ? this.railButton("logOut", this.t("signout"), () => void this.leave()) : nothing}
        <button type="button" class="link only-large" aria-label=${this.t("rail.fold")} aria-expanded=${this.narrow ? "false" : "true"} @click=${this.fold}>
          ${drawing(PICTURES.panel)} <span class="words">${this.t("rail.fold")}</span>
        </button>
      </div>
    </header>`;
  }

  /** Said wherever it is not the default workspace that is shown. */
  private elsewhere(): TemplateResult | typeof nothing {
    const { client, router } = this.surroundings;
    if (client.workspace === "default") return nothing;
    const text = this.t("workspaces.shown", { name: client.workspace });
    return html`<a class="link" href=${router.href("settings?tab=workspaces")} aria-label=${text} ${tooltip(text)}>
      ${drawing(PICTURES.boxes)} <span class="words">${client.workspace}</span>
    </a>`;
  }

  private railButton(picture: keyof typeof PICTURES, text: string, press: () => void, lang?: string): TemplateResult {
    return html`<button type="button" class="link" aria-label=${text} lang=${ifDefined(lang)} ${tooltip(this.narrow ? text : "")} @click=${press}>
      ${drawing(PICTURES[picture])} <span class="words">${text}</span>
    </button>`;
  }

  private banners(): TemplateResult | typeof nothing {
    if (this.renewed || this.pulse === "renewed") {
      return html`<div class="banner" role="alert">
        ${this.t("banner.renewed")}
        <button type="button" class="button tiny" @click=${() => location.reload()}>${this.t("banner.reload")}</button>
      </div>`;
    }
    const told = this.away ? this.t("banner.offline") : this.pulse === "away" ? this.t("banner.away") : "";
    return told ? html`<div class="banner" role="alert">${told}</div>` : nothing;
  }

  private broken(): TemplateResult {
    return html`<div class="page stack">
      ${failure(this.failed, (key, words) => this.t(key, words))}
      <div><button type="button" class="button" @click=${() => void this.enter()}>${this.t("again")}</button></div>
    </div>`;
  }

  /** The head at once, and for good: of a page that is on its way it is everything that needs neither a file nor data. */
  private drawPage(): TemplateResult {
    const { title, about } = this.page;
    return html`<div class="page">
      ${pageHead(this.t(title), this.t(about))}
      ${this.door === "open" ? this.pageBody() : this.coming()}
    </div>`;
  }

  private coming(): TemplateResult {
    return html`<div class="skeleton skeleton-row" role="status" aria-label=${this.t("loading")}></div>`;
  }

  private pageBody(): TemplateResult {
    const page = this.page;
    if (!this.loaded.has(page.tag)) {
      void page
        .load()
        .then(() => {
          this.loaded.add(page.tag);
          this.requestUpdate();
        })
        .catch(() => (this.renewed = true));
      return this.coming();
    }
    const tag = unsafeStatic(page.tag);
    return staticHtml`<${tag} class="page-body" .surroundings=${this.surroundings} .place=${this.place}></${tag}>`;
  }

  private otherLanguage(): string {
    return LANGUAGES[this.nextLanguage()];
  }

  private nextLanguage(): Language {
    const all = Object.keys(LANGUAGES) as Language[];
    return all[(all.indexOf(currentLanguage()) + 1) % all.length] as Language;
  }

  private nextTheme(): void {
    const order: readonly Theme[] = ["system", "light", "dark"];
    setTheme(order[(order.indexOf(theme()) + 1) % order.length] as Theme);
    this.requestUpdate();
  }

  private fold(): void {
    this.narrow = !this.narrow;
    remember("rail", this.narrow ? "narrow" : null);
  }

  private async leave(): Promise<void> {
    await this.surroundings.client.signOut();
    location.reload();
  }

  private actions(): { name: string; run: () => void }[] {
    return [
      { name: this.t("action.language", { language: this.otherLanguage() }), run: () => void setLanguage(this.nextLanguage()) },
      { name: this.t("action.theme"), run: () => this.nextTheme() },
    ];
  }

  private async showPalette(): Promise<void> {
    if (this.door !== "open") return;
    await import("./palette");
    this.paletteLoaded = true;
    this.requestUpdate();
    await this.updateComplete;
    this.palette = true;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      void this.showPalette();
      return;
    }
    if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
    const now = Date.now();
    if (event.key === "g") this.pendingJump = now;
    else if (now - this.pendingJump < 1200) {
      const page = PAGES.find((each) => each.jump === event.key);
      this.pendingJump = 0;
      if (page) this.surroundings.router.go(page.path);
    } else if (event.key === "/") {
      const target = this.querySelector<HTMLElement>("[data-search]");
      if (!target) return;
      event.preventDefault();
      target.focus();
    }
  }
}

const htmlOf = (language: Language): string => language.replaceAll("_", "-");

/** Does the key belong to a field? Shadow roots are looked into. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName));
}

define("mr-app", Shell);

declare global {
  interface HTMLElementTagNameMap {
    "mr-app": Shell;
  }
}
