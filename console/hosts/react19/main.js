// React 19 sets properties of elements and listens to their events by itself.
import { createElement as h } from "react";
import { createRoot } from "react-dom/client";
import { useScenario } from "../react-scenario.js";
import { scenario, tell } from "../scenario.js";

function Host() {
  const { model, parameters, chosen, tuned, forget } = useScenario();
  const picker = { type: "llm", name: "model", showLabel: true, models: scenario.models, value: model, "onmodel-change": chosen };
  return h(
    "div",
    null,
    h("mr-credential-form", { schema: scenario.schema, "oncredential-save": tell }),
    h("form", { id: "f" }, h("mr-model-picker", picker)),
    h("mr-parameter-panel", { rules: scenario.rules, value: parameters, "onparameter-change": tuned }),
    h("mr-provider-list", { providers: scenario.providers, "onprovider-select": tell }),
    h("button", { onClick: forget }, "Forget"),
  );
}

// What has a script of its own must be there first: what an element does not know would be set as an attribute.
const { load } = await import(/* @vite-ignore */ new URL("/embed.js", location.href).href);
await load("mr-provider-list");
createRoot(document.querySelector("#root")).render(h(Host));
