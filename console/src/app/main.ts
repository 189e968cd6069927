import "../styles/app.css";
import "../styles/play.css";
import { ConsoleClient } from "./console-client";
import { currentLanguage, speak } from "./preferences";
import { Router } from "./router";
import "./shell";

const api = new URL("../api/", document.baseURI).href;

void speak(currentLanguage()).then(() =>
  document.querySelector("mr-app")?.begin({ client: new ConsoleClient(api), router: new Router() }),
);
