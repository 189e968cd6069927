import "../styles/app.css";
import "../styles/play.css";
import { ConsoleClient } from "./console-client";
import { currentLanguage, speak } from "./preferences";
import { Router } from "./router";
import "./shell";

const api = new URL("../api/", document.baseURI).href;

void begin();

/** Drawn in a task of its own: reading this file was one already. */
async function begin(): Promise<void> {
  await speak(currentLanguage());
  await new Promise((resolve) => setTimeout(resolve));
  await document.querySelector("mr-app")?.begin({ client: new ConsoleClient(api), router: new Router() });
}
