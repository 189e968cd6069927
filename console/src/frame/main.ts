// `/console/embed/…`: one element in a page of ours, for a frame in somebody else's.
import { ConsoleClient } from "../app/console-client";
import { ApiError, FetchTransport } from "../core/api";
import { type FrameView, LOOKS, VIEWS, settable } from "../core/frame";
import { GatewayClient } from "../core/gateway-client";
import { addWords, htmlLanguage, languageFor, loadLanguage, translate } from "../core/i18n";
import english from "../locales/frame/en_US.json";
import chinese from "../locales/frame/zh_Hans.json";
import "./frame.css";
import { watchHeight } from "./height";
import { Outside } from "./outside";

const LOAD: Readonly<Record<string, () => Promise<unknown>>> = {
  "credential-form": () => import("../elements/credential-form"),
  "model-picker": () => import("../elements/model-picker"),
  "parameter-panel": () => import("./model-parameters"),
  playground: () => import("../elements/playground"),
  "provider-list": () => import("../elements/provider-list"),
};
const API = new URL("../api/", document.baseURI).href;
const query = new URLSearchParams(location.search);
const name = location.pathname.split("/").filter(Boolean).at(-1) ?? "";

addWords("en_US", english);
addWords("zh_Hans", chinese);
void begin();

async function begin(): Promise<void> {
  const language = languageFor(query.get("lang") ?? navigator.language);
  await loadLanguage(language);
  document.documentElement.lang = htmlLanguage(language);
  const outside = Outside.look(query);
  const view = VIEWS[name];
  if (!outside) say(translate(language, "frame.stranger"));
  else if (!view) say(translate(language, "frame.nothing", { names: Object.keys(VIEWS).join(", ") }));
  else {
    await LOAD[name]?.();
    await show(view, outside, () => say(translate(language, "frame.token")));
  }
}

function say(text: string): void {
  document.body.textContent = text;
}

async function show(view: FrameView, outside: Outside, wait: () => void): Promise<void> {
  const element = document.createElement(view.tag) as HTMLElement & { client: GatewayClient | null };
  Object.assign(element, settable(view, Object.fromEntries(query)));
  dress(Object.fromEntries(query));
  for (const [event, known] of Object.entries(view.events)) {
    element.addEventListener(event, (told) => outside.tell(event, known((told as CustomEvent<Record<string, unknown>>).detail)));
  }
  const connect = (client: GatewayClient): void => {
    element.client = client;
    if (element.isConnected) return;
    document.body.replaceChildren(element);
    watchHeight(element, (height) => outside.tell("height", height));
  };
  outside.listen(({ name: what, detail }) => {
    if (what === "token" && typeof detail === "string") {
      connect(new GatewayClient(new FetchTransport({ root: API, token: () => detail })));
    } else if (what === "set" && typeof detail === "object" && detail !== null) {
      Object.assign(element, settable(view, detail as Record<string, unknown>));
      dress(detail as Record<string, unknown>);
    }
  });
  const own = new ConsoleClient(API);
  try {
    await own.whoIsThere();
    connect(own);
  } catch (error) {
    // Whoever does not answer will be told of by the element itself; whoever does not know us may know the token of the page around.
    if (error instanceof ApiError && error.status === 401) {
      if (!element.isConnected) wait();
      outside.tell("token-wanted");
    } else connect(own);
  }
  outside.tell("ready");
}

/** Language and looks of this page. */
function dress(given: Readonly<Record<string, unknown>>): void {
  const { style } = document.documentElement;
  const apply: Readonly<Record<(typeof LOOKS)[number], (value: string) => void>> = {
    lang: (value) => {
      document.documentElement.lang = htmlLanguage(languageFor(value));
    },
    scheme: (value) => style.setProperty("color-scheme", value),
    accent: (value) => style.setProperty("--mr-accent", value),
    radius: (value) => style.setProperty("--mr-radius", value),
    font: (value) => style.setProperty("--mr-font", value),
  };
  for (const look of LOOKS) {
    const value = given[look];
    if (typeof value === "string") apply[look](value);
  }
}
