// No framework: properties are set, events are listened to.
import { scenario, tell } from "../scenario.js";

const part = (tag, properties, listeners) => {
  const element = Object.assign(document.createElement(tag), properties);
  for (const [name, listener] of Object.entries(listeners)) element.addEventListener(name, listener);
  return element;
};

const form = part("mr-credential-form", { schema: scenario.schema }, { "credential-save": tell });
const picker = part(
  "mr-model-picker",
  { type: "llm", name: "model", showLabel: true, models: scenario.models },
  { "model-change": tell },
);
const panel = part("mr-parameter-panel", { rules: scenario.rules }, { "parameter-change": tell });
const list = part("mr-provider-list", { providers: scenario.providers }, { "provider-select": tell });
const data = Object.assign(document.createElement("form"), { id: "f" });
const forget = Object.assign(document.createElement("button"), { textContent: "Forget" });
forget.addEventListener("click", () => {
  picker.value = "";
  panel.value = {};
});
data.append(picker);
document.querySelector("#root").append(form, data, panel, list, forget);
