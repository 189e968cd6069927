// React 19 sets properties of elements and listens to their events by itself.
import { createElement as h, useState } from "react";
import { createRoot } from "react-dom/client";
import { scenario, tell } from "../scenario.js";

function Host() {
  const [model, setModel] = useState("");
  const [parameters, setParameters] = useState({});
  const forget = () => {
    setModel("");
    setParameters({});
  };
  const chosen = (event) => {
    setModel(event.detail.value);
    tell(event);
  };
  const tuned = (event) => {
    setParameters(event.detail.value);
    tell(event);
  };
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
